import type { Edges } from './edges.ts';
import { SparseRow } from './sparse-row.ts';

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
 * @param edges pairs that are not among them are at 0
 * @returns the smallest item of each item's cluster
 */
export function agglomerate(items: number, edges: Edges, options: AgglomerationOptions): Int32Array {
  const clusters = new Clusters(items, edges, options);
  const heap = new Heap();
  const consider = (a: number, b: number) => {
    const candidate = clusters.candidate(a, b);
    if (candidate.value >= options.mergeAt) heap.push(candidate); // others would never have their turn
  };
  edges.forEach(consider);
  for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
    if (!clusters.isCurrent(best)) continue;
    const merged = clusters.merge(best.a, best.b);
    const beside = clusters.beside(merged);
    for (let i = 0; i < beside.size; i++) consider(merged, beside.keyAt(i));
  }
  return clusters.labels();
}

class Clusters {
  readonly #options: AgglomerationOptions;
  /** Sums of scores to the clusters beside each. */
  readonly #beside: SparseRow[];
  readonly #within: Float64Array;
  readonly #sizes: Int32Array;
  readonly #versions: Int32Array;
  readonly #mergedInto: Int32Array;
  /** Cohesion that is expected of each cluster before its pairs are seen. */
  readonly #expected: Float64Array;

  constructor(items: number, edges: Edges, options: AgglomerationOptions) {
    this.#options = options;
    this.#beside = Array.from({ length: items }, () => new SparseRow());
    this.#within = new Float64Array(items);
    this.#sizes = new Int32Array(items).fill(1);
    this.#versions = new Int32Array(items);
    this.#mergedInto = Int32Array.from({ length: items }, (_, i) => i);
    this.#expected = new Float64Array(items).fill(options.looseCohesion);
    edges.forEach((a, b, score) => {
      this.#beside[a]!.set(b, score);
      this.#beside[b]!.set(a, score);
      const expected = Math.min(score, options.usualCohesion);
      this.#expected[a] = Math.max(this.#expected[a]!, expected);
      this.#expected[b] = Math.max(this.#expected[b]!, expected);
    });
  }

  candidate(first: number, second: number): Candidate {
    const [a, b] = first < second ? [first, second] : [second, first];
    return { value: this.#likelihood(a, b), a, b, versionA: this.#versions[a]!, versionB: this.#versions[b]! };
  }

  isCurrent({ a, b, versionA, versionB }: Candidate): boolean {
    return this.#versions[a] === versionA && this.#versions[b] === versionB;
  }

  beside(cluster: number): SparseRow {
    return this.#beside[cluster]!;
  }

  /** The lower number goes on. */
  merge(a: number, b: number): number {
    const [besideA, besideB] = [this.#beside[a]!, this.#beside[b]!];
    this.#within[a]! += this.#within[b]! + besideA.get(b);
    besideA.delete(b);
    besideB.delete(a);
    const merged = besideA.plus(besideB);
    for (let i = 0; i < besideB.size; i++) {
      const beside = this.#beside[besideB.keyAt(i)]!;
      beside.delete(b);
      beside.set(a, merged.get(besideB.keyAt(i)));
    }
    this.#beside[a] = merged;
    this.#beside[b] = new SparseRow();
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
    const mean = this.#beside[a]!.get(b) / pairs;
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

const FIRST_ROOM = 64;

/** A binary heap, in columns; the likeliest first, of equals that of the lower items. */
class Heap {
  #values = new Float64Array(FIRST_ROOM);
  /** Of each its items and their versions. */
  #rest = new Int32Array(4 * FIRST_ROOM);
  #size = 0;

  push(item: Candidate): void {
    if (this.#size === this.#values.length) this.#grow();
    let at = this.#size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(item, above)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, item);
  }

  pop(): Candidate | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#at(0);
    const last = this.#at(--this.#size);
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && this.#isBefore(this.#at(below + 1), below)) below += 1;
      if (this.#isBefore(last, below)) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, last);
    return first;
  }

  #isBefore({ value, a, b }: Candidate, place: number): boolean {
    const other = this.#values[place]!;
    if (value !== other) return value > other;
    const otherA = this.#rest[4 * place]!;
    return a !== otherA ? a < otherA : b < this.#rest[4 * place + 1]!;
  }

  #at(place: number): Candidate {
    const [value, rest, i] = [this.#values[place]!, this.#rest, 4 * place];
    return { value, a: rest[i]!, b: rest[i + 1]!, versionA: rest[i + 2]!, versionB: rest[i + 3]! };
  }

  #put(place: number, { value, a, b, versionA, versionB }: Candidate): void {
    const [rest, i] = [this.#rest, 4 * place];
    this.#values[place] = value;
    rest[i] = a;
    rest[i + 1] = b;
    rest[i + 2] = versionA;
    rest[i + 3] = versionB;
  }

  #move(from: number, to: number): void {
    this.#values[to] = this.#values[from]!;
    this.#rest.copyWithin(4 * to, 4 * from, 4 * from + 4);
  }

  #grow(): void {
    const [values, rest] = [new Float64Array(2 * this.#size), new Int32Array(8 * this.#size)];
    values.set(this.#values);
    rest.set(this.#rest);
    [this.#values, this.#rest] = [values, rest];
  }
}
