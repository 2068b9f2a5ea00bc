import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterGraph } from '../../src/storylines/cluster-graph.ts';
import { Edges } from '../../src/storylines/edges.ts';

const ITEMS = 14;
const edges = fc.uniqueArray(
  fc
    .record({ a: fc.nat(ITEMS - 1), b: fc.nat(ITEMS - 1), score: fc.integer({ min: 1, max: 99 }) })
    .filter(({ a, b }) => a < b),
  { selector: ({ a, b }) => `${a} ${b}`, maxLength: 60 },
);

/** What lies beside each cluster, as a table says it. */
class Table {
  readonly sums = Array.from({ length: ITEMS }, () => new Array<number>(ITEMS).fill(0));

  merge(a: number, b: number): number {
    const between = this.sums[a]![b]!;
    for (let other = 0; other < ITEMS; other++) {
      if (other !== a && other !== b) this.#set(a, other, this.sums[a]![other]! + this.sums[b]![other]!);
      this.#set(b, other, 0);
    }
    return between;
  }

  #set(x: number, y: number, sum: number): void {
    this.sums[x]![y] = sum;
    this.sums[y]![x] = sum;
  }
}

function besideOf(graph: ClusterGraph, cluster: number): number[] {
  const sums = new Array<number>(ITEMS).fill(0);
  for (let entry = graph.first(cluster); entry < graph.end(cluster); entry++) {
    expect(sums[graph.otherAt(entry)]).toBe(0);
    sums[graph.otherAt(entry)] = graph.sumAt(entry);
  }
  return sums;
}

test('a graph of clusters holds what a table of all pairs would, however they merge', () => {
  fc.assert(
    fc.property(edges, fc.array(fc.tuple(fc.nat(ITEMS - 1), fc.nat(ITEMS - 1)), { maxLength: 20 }), (all, merges) => {
      const [graph, table] = [new ClusterGraph(ITEMS, Edges.of(all)), new Table()];
      for (const { a, b, score } of all) {
        table.sums[a]![b] = score;
        table.sums[b]![a] = score;
      }
      const gone = new Set<number>();
      for (const [a, b] of merges) {
        if (a === b || gone.has(a) || gone.has(b)) continue;
        expect(graph.merge(a, b)).toBe(table.merge(a, b));
        gone.add(b);
        for (let cluster = 0; cluster < ITEMS; cluster++) expect(besideOf(graph, cluster)).toEqual(table.sums[cluster]);
      }
    }),
    { seed: 6, numRuns: 300 },
  );
});
