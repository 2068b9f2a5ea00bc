/** Two items that may belong together, and how likely, 0 to 1. Pairs that are not named are at 0. */
export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly score: number;
}

export interface AgglomerationOptions {
  /** Clusters are merged while the likeliest merge is at least this. */
  readonly mergeAt: number;
  /**
   * How much a merge must live up to how close the clusters are within themselves: their mean score is divided by that
   * closeness, relative to `usualCohesion`, to this power. 0 is plain average linkage.
   */
  readonly cohesionPower: number;
  /** Cohesion of a cluster of which nothing is known, and how many pairs that counts for. */
  readonly usualCohesion: number;
  /**
   * The same for items that nothing resembles well: what is asked for is measured by the best there is (local scaling,
   * Zelnik-Manor & Perona 2004), but by this at least.
   */
  readonly looseCohesion: number;
  readonly usualPairs: number;
  /** Pairs of one item that can have been looked at; more are not expected. */
  readonly maxPairs: number;
}

/** A merge that was likely when it was written down; `versions` tell whether it still is. */
interface Candidate {
  readonly value: number;
  readonly a: number;
  readonly b: number;
  readonly versionA: number;
  readonly versionB: number;
}

/**
 * Clusters by average linkage (Sokal & Michener 1958) over a sparse graph, with merges weighed against the cohesion of what is
 * merged: two close-knit stories that resemble each other stay two, a loose one still finds its parts. The same items in the
 * same order give the same clusters. O(edges · log edges).
 * @returns the smallest item of each item's cluster
 */
export function agglomerate(items: number, edges: readonly Edge[], options: AgglomerationOptions): Int32Array {
  const clusters = new Clusters(items, edges, options);
  const heap = new Heap();
  for (const { a, b } of edges) heap.push(clusters.candidate(a, b));
  for (let best = heap.pop(); best !== undefined && best.value >= options.mergeAt; best = heap.pop()) {
    if (!clusters.isCurrent(best)) continue;
    const merged = clusters.merge(best.a, best.b);
    for (const neighbour of clusters.neighbours(merged)) heap.push(clusters.candidate(merged, neighbour));
  }
  return clusters.labels();
}

class Clusters {
  readonly #options: AgglomerationOptions;
  /** Sums of scores to the clusters beside each. */
  readonly #beside: Map<number, number>[];
  readonly #within: Float64Array;
  readonly #sizes: Int32Array;
  readonly #versions: Int32Array;
  readonly #mergedInto: Int32Array;
  /** Cohesion that is expected of each cluster before its pairs are seen. */
  readonly #expected: Float64Array;

  constructor(items: number, edges: readonly Edge[], options: AgglomerationOptions) {
    this.#options = options;
    this.#beside = Array.from({ length: items }, () => new Map<number, number>());
    this.#within = new Float64Array(items);
    this.#sizes = new Int32Array(items).fill(1);
    this.#versions = new Int32Array(items);
    this.#mergedInto = Int32Array.from({ length: items }, (_, i) => i);
    this.#expected = new Float64Array(items).fill(options.looseCohesion);
    for (const { a, b, score } of edges) {
      this.#beside[a]!.set(b, score);
      this.#beside[b]!.set(a, score);
      const expected = Math.min(score, options.usualCohesion);
      for (const item of [a, b]) this.#expected[item] = Math.max(this.#expected[item]!, expected);
    }
  }

  candidate(first: number, second: number): Candidate {
    const [a, b] = first < second ? [first, second] : [second, first];
    return { value: this.#likelihood(a, b), a, b, versionA: this.#versions[a]!, versionB: this.#versions[b]! };
  }

  isCurrent({ a, b, versionA, versionB }: Candidate): boolean {
    return this.#versions[a] === versionA && this.#versions[b] === versionB;
  }

  neighbours(cluster: number): Iterable<number> {
    return this.#beside[cluster]!.keys();
  }

  /** The lower number goes on; the smaller map is poured into the larger. */
  merge(a: number, b: number): number {
    const [besideA, besideB] = [this.#beside[a]!, this.#beside[b]!];
    this.#within[a]! += this.#within[b]! + (besideA.get(b) ?? 0);
    besideA.delete(b);
    besideB.delete(a);
    const [small, large] = besideA.size < besideB.size ? [besideA, besideB] : [besideB, besideA];
    for (const [other, sum] of small) large.set(other, (large.get(other) ?? 0) + sum);
    for (const [other, sum] of large) {
      const beside = this.#beside[other]!;
      beside.delete(b);
      beside.set(a, sum);
    }
    this.#beside[a] = large;
    this.#beside[b] = new Map();
    this.#expected[a] = Math.max(this.#expected[a]!, this.#expected[b]!);
    this.#sizes[a]! += this.#sizes[b]!;
    this.#versions[a]! += 1;
    this.#versions[b] = -1;
    this.#mergedInto[b] = a;
    return a;
  }

  /** A merge goes into the lower number, so one pass upwards resolves all. */
  labels(): Int32Array {
    const labels = Int32Array.from(this.#mergedInto);
    for (let i = 0; i < labels.length; i++) labels[i] = labels[labels[i]!]!;
    return labels;
  }

  #likelihood(a: number, b: number): number {
    const { cohesionPower, maxPairs } = this.#options;
    const [sizeA, sizeB] = [this.#sizes[a]!, this.#sizes[b]!];
    const pairs = Math.min(sizeA, sizeB) * Math.min(Math.max(sizeA, sizeB), maxPairs);
    const mean = (this.#beside[a]!.get(b) ?? 0) / pairs;
    if (cohesionPower === 0) return mean;
    // Half of what is asked for is too little, however loose the clusters.
    if (mean < this.#options.mergeAt / 2) return 0;
    return mean / Math.sqrt(this.#cohesion(a) * this.#cohesion(b)) ** cohesionPower;
  }

  /** Mean score within a cluster relative to the usual one. */
  #cohesion(cluster: number): number {
    const { usualCohesion, usualPairs, maxPairs } = this.#options;
    const size = this.#sizes[cluster]!;
    const pairs = (size * Math.min(size - 1, maxPairs)) / 2;
    return (this.#within[cluster]! + usualPairs * this.#expected[cluster]!) / (pairs + usualPairs) / usualCohesion;
  }
}

/** A binary heap; the likeliest first, of equals that of the lower items. */
class Heap {
  readonly #items: Candidate[] = [];

  push(item: Candidate): void {
    const items = this.#items;
    items.push(item);
    let at = items.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(item, items[above]!)) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && isBefore(items[below + 1]!, items[below]!)) below += 1;
      if (!isBefore(items[below]!, last)) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
    return first;
  }
}

function isBefore(x: Candidate, y: Candidate): boolean {
  return x.value !== y.value ? x.value > y.value : x.a !== y.a ? x.a < y.a : x.b < y.b;
}
