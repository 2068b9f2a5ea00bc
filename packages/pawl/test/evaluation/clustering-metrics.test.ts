import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestAssignment } from '../../evaluation/assignment.ts';
import { scoreB3, scoreCeafe, scoreCoreference, scoreMuc } from '../../evaluation/clustering-metrics.ts';

/** `abc defg`: clusters of one-letter mentions. */
function clusters(text: string): Map<string, string> {
  return new Map(text.split(' ').flatMap((cluster) => [...cluster].map((mention) => [mention, cluster] as const)));
}

describe('coreference scores', () => {
  test('are those of the worked example in Pradhan et al. 2014', () => {
    const scores = scoreCoreference(clusters('abc defg'), clusters('ab cd fghi'));
    expect(scores.muc).toEqual({ precision: 40, recall: 40, f1: 40 });
    expect(scores.b3).toEqual({ precision: 50, recall: 41.67, f1: 45.45 });
    expect(scores.ceafe).toEqual({ precision: 43.33, recall: 65, f1: 52 });
    expect(scores.conll).toBe(45.82);
  });

  test('tell the two answers of Bagga & Baldwin 1998 apart by B³ and not by MUC', () => {
    const truth = clusters('12345 67 89ABC');
    const first = clusters('12345 6789ABC');
    const second = clusters('1234589ABC 67');
    for (const answer of [first, second]) expect(scoreMuc(truth, answer)).toMatchObject({ precision: 90, recall: 100 });
    expect(scoreB3(truth, first)).toMatchObject({ precision: 76.19, recall: 100 });
    expect(scoreB3(truth, second)).toMatchObject({ precision: 58.33, recall: 100 });
  });

  test('are full for the gold itself and none where everything differs', () => {
    const gold = clusters('ab cd e');
    expect(scoreCoreference(gold, gold).conll).toBe(100);
    expect(scoreCoreference(gold, clusters('vw xy z')).conll).toBe(0);
    expect(scoreCoreference(new Map(), new Map()).conll).toBe(0);
  });

  test('of CEAF are those of one assignment over all clusters, however they hang together', () => {
    const clustering = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(clustering, clustering, (a, b) => {
        const toMap = (labels: number[]) => new Map(labels.map((label, i) => [`m${i}`, `c${label}`] as const));
        const [gold, system] = [toMap(a), toMap(b)];
        const members = (map: Map<string, string>) =>
          [...Map.groupBy(map.keys(), (mention) => map.get(mention)!).values()].map((each) => new Set(each));
        const [rows, columns] = [members(gold), members(system)];
        const dice = rows.map((row) =>
          columns.map((column) => (2 * row.intersection(column).size) / (row.size + column.size)),
        );
        expect(scoreCeafe(gold, system).recall).toBeCloseTo((100 * bestAssignment(dice)) / rows.length, 1);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe('the best assignment', () => {
  test('is the best of all, by trying all', () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, (values) => {
        expect(bestAssignment(values)).toBe(tryAll(values, 0, new Set()));
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

function tryAll(values: readonly (readonly number[])[], row: number, used: ReadonlySet<number>): number {
  if (row === values.length) return 0;
  const skipped = tryAll(values, row + 1, used);
  const taken = values[row]!.map((value, column) =>
    used.has(column) ? 0 : value + tryAll(values, row + 1, new Set([...used, column])),
  );
  return Math.max(skipped, ...taken);
}
