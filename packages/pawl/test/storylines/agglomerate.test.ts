import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agglomerate } from '../../src/storylines/agglomerate.ts';
import { Edges } from '../../src/storylines/edges.ts';

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly score: number;
}

const PLAIN = {
  mergeAt: 0.3,
  cohesionPower: 0,
  usualCohesion: 0.5,
  looseCohesion: 0.5,
  usualPairs: 1,
  maxPairs: 1_000,
};

/** Average linkage as its definition says it, in O(items³). */
function byDefinition(items: number, edges: readonly Edge[], mergeAt: number): number[] {
  const score = new Map(
    edges.flatMap(({ a, b, score: value }) => [[`${a} ${b}`, value] as const, [`${b} ${a}`, value] as const]),
  );
  let clusters = Array.from({ length: items }, (_, i) => [i]);
  for (;;) {
    let best = { mean: -1, x: 0, y: 0 };
    clusters.forEach((x, i) => {
      clusters.slice(i + 1).forEach((y, j) => {
        const sum = x.reduce((total, a) => total + y.reduce((part, b) => part + (score.get(`${a} ${b}`) ?? 0), 0), 0);
        const mean = sum / (x.length * y.length);
        if (mean > best.mean + 1e-12) best = { mean, x: i, y: i + 1 + j };
      });
    });
    if (best.mean < mergeAt) break;
    const merged = [...clusters[best.x]!, ...clusters[best.y]!];
    clusters = clusters.filter((_, i) => i !== best.x && i !== best.y);
    clusters.push(merged);
    clusters.sort((x, y) => Math.min(...x) - Math.min(...y));
  }
  const labels = new Array<number>(items).fill(0);
  for (const cluster of clusters) for (const item of cluster) labels[item] = Math.min(...cluster);
  return labels;
}

describe('agglomeration', () => {
  test('is average linkage, by its definition', () => {
    const edges = fc.uniqueArray(
      fc
        .record({ a: fc.nat(8), b: fc.nat(8), score: fc.float({ min: Math.fround(0.01), max: 1, noNaN: true }) })
        .filter(({ a, b }) => a < b),
      { selector: ({ a, b }) => `${a} ${b}`, maxLength: 30 },
    );
    fc.assert(
      fc.property(edges, (all) => {
        const distinct = new Set(all.map(({ score }) => score));
        fc.pre(distinct.size === all.length); // ties are a matter of order
        expect([...agglomerate(9, Edges.of(all), PLAIN)]).toEqual(byDefinition(9, all, PLAIN.mergeAt));
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test('keeps apart two close-knit stories that resemble each other, and finds the parts of a loose one', () => {
    const options = { ...PLAIN, mergeAt: 0.3, cohesionPower: 1.5, usualPairs: 6 };
    const story = (first: number, size: number, score: number): Edge[] =>
      Array.from({ length: size * size }, (_, i) => ({
        a: first + Math.floor(i / size),
        b: first + (i % size),
        score,
      })).filter(({ a, b }) => a < b);
    const between = Array.from({ length: 36 }, (_, i) => ({ a: Math.floor(i / 6), b: 6 + (i % 6), score: 0.45 }));
    const labels = agglomerate(12, Edges.of([...story(0, 6, 0.95), ...story(6, 6, 0.95), ...between]), options);
    expect(new Set(labels).size).toBe(2);
    expect(new Set(agglomerate(12, Edges.of(story(0, 12, 0.45)), options)).size).toBe(1);
  });

  test('of nothing is nothing', () => {
    expect(agglomerate(0, new Edges(), PLAIN)).toHaveLength(0);
    expect([...agglomerate(2, new Edges(), PLAIN)]).toEqual([0, 1]);
  });
});
