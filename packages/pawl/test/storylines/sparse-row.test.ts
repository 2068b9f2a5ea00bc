import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparseRow } from '../../src/storylines/sparse-row.ts';

const key = fc.nat(40);
const changes = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key, value: fc.integer({ min: 1, max: 99 }) }),
    fc.record({ kind: fc.constant('delete' as const), key }),
  ),
  { maxLength: 80 },
);
type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never;

function made(all: Changes): { row: SparseRow; map: Map<number, number> } {
  const [row, map] = [new SparseRow(), new Map<number, number>()];
  for (const change of all) {
    if (change.kind === 'set') {
      row.set(change.key, change.value);
      map.set(change.key, change.value);
    } else {
      row.delete(change.key);
      map.delete(change.key);
    }
  }
  return { row, map };
}

const pairsOf = (map: ReadonlyMap<number, number>) => [...map].sort(([a], [b]) => a - b).flat();

test('a sparse row holds what a map would, in ascending order, and adds up with another', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const [{ row, map }, other] = [made(first), made(second)];
      expect([...row.toPairs()]).toEqual(pairsOf(map));
      expect([...SparseRow.ofPairs(row.toPairs()).toPairs()]).toEqual(pairsOf(map));
      for (let one = 0; one <= 40; one++)
        expect([row.has(one), row.get(one)]).toEqual([map.has(one), map.get(one) ?? 0]);
      const sum = new Map(map);
      for (const [one, value] of other.map) sum.set(one, (sum.get(one) ?? 0) + value);
      expect([...row.plus(other.row).toPairs()]).toEqual(pairsOf(sum));
    }),
    { seed: 6, numRuns: 200 },
  );
});
