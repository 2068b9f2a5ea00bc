import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestTree, isTree } from '../src/parser/spanning-tree.ts';

/** All ways to give `length` tokens heads. */
function* allHeads(length: number): Generator<Int32Array> {
  const heads = new Int32Array(length).fill(-1);
  for (;;) {
    yield heads;
    let i = 0;
    while (i < length && heads[i] === length - 1) heads[i++] = -1;
    if (i === length) return;
    heads[i]!++;
  }
}

const total = (scores: Float32Array, heads: Int32Array, stride: number): number =>
  heads.reduce((sum, head, i) => sum + scores[i * stride + head + 1]!, 0);

describe('the best tree', () => {
  test('agrees with trying all trees', () => {
    const problem = fc
      .integer({ min: 1, max: 4 })
      .chain((length) =>
        fc.tuple(
          fc.constant(length),
          fc.array(fc.integer({ min: -50, max: 50 }), { minLength: length * 8, maxLength: length * 8 }),
        ),
      );
    fc.assert(
      fc.property(problem, ([length, values]) => {
        const scores = Float32Array.from(values);
        const found = bestTree(scores, length, 8);
        let best = -Infinity;
        for (const heads of allHeads(length)) {
          if (isTree(heads)) best = Math.max(best, total(scores, heads, 8));
        }
        expect(isTree(found)).toBe(true);
        expect(total(scores, found, 8)).toBe(best);
      }),
      { numRuns: 300 },
    );
  });

  test('a token alone is the root', () => {
    expect([...bestTree(new Float32Array(8), 1, 8)]).toEqual([-1]);
  });

  test.each([
    ['a self loop', [0, -1], false],
    ['a cycle', [1, 0, -1], false],
    ['two roots', [-1, -1], false],
    ['a chain', [-1, 0, 1], true],
  ])('%s is told apart', (_, heads, expected) => {
    expect(isTree(Int32Array.from(heads))).toBe(expected);
  });
});
