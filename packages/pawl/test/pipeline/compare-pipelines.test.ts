import { expect, test } from 'vitest';
import { comparePipelines, describeDifference, stagesToRedo } from '../../src/pipeline/compare-pipelines.ts';

/** `a1 b2`: stage a with fingerprint 1, stage b with 2. */
function pipeline(text: string) {
  return {
    stages: text
      .split(' ')
      .filter((word) => word !== '')
      .map(([name = '', version = '']) => ({ name, fingerprint: version, description: `v${version}` })),
  };
}

test.each([
  ['a1 b1 c1', 'a1 b1 c1', [], []],
  ['a1 b1 c1', 'a1 b1 c2', ['c: v1 → v2'], ['c']],
  ['a1 b1 c1', 'a1 b2 c1', ['b: v1 → v2'], ['b', 'c']],
  ['a1 b1', 'a1 b1 c1', ['c: new (v1)'], ['c']],
  ['a1 b1', 'a1 c1 b1', ['c: new (v1)'], ['c', 'b']],
  ['a1 b1 c1', 'a1 c1', ['b: no longer done (v1)'], ['a', 'c']],
  ['a1', 'b1', ['b: new (v1)', 'a: no longer done (v1)'], ['b']],
])('from "%s" to "%s"', (from, to, differences, redo) => {
  expect(comparePipelines(pipeline(from), pipeline(to)).map(describeDifference)).toEqual(differences);
  expect(stagesToRedo(pipeline(from), pipeline(to))).toEqual(redo);
});
