import { ClusterGraph } from './cluster-graph.ts';
import type { Edges } from './edges.ts';

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

/**
 * Clusters by average linkage (Sokal & Michener 1958) over a sparse graph, with merges weighed against the cohesion of what is
 * merged: two close-knit stories that resemble each other stay two, a loose one still finds its parts. The likeliest merge is
 * always next, of equals that of the lower items; so the same items in the same order give the same clusters. Each cluster knows
 * its likeliest partner (the generic algorithm of Müllner 2011), so a merge costs what is beside the merged, not a look at all.
 * @param edges pairs that are not among them are at 0
 * @returns the smallest item of each item's cluster
 */
export function agglomerate(items: number, edges: Edges, options: AgglomerationOptions): Int32Array {
  const clusters = new Clusters(items, edges, options);
  while (clusters.mergeLikeliest());
  return clusters.labels();
}

const NOBODY = -1;
/** A partner that is looked for when it is the cluster's turn; until then its value is as high as it can be. */
const UNKNOWN = -2;

class Clusters {
  readonly #options: AgglomerationOptions;
  readonly #graph: ClusterGraph;
  readonly #within: Float64Array;
  readonly #sizes: Int32Array;
  readonly #mergedInto: Int32Array;
  /** Cohesion that is expected of each cluster before its pairs are seen. */
  readonly #expected: Float64Array;
  /** What the mean score with another cluster is divided by, for this side. */
  readonly #asked: Float64Array;
  readonly #queue: PartnerQueue;

  constructor(items: number, edges: Edges, options: AgglomerationOptions) {
    this.#options = options;
    this.#graph = new ClusterGraph(items, edges);
    this.#within = new Float64Array(items);
    this.#sizes = new Int32Array(items).fill(1);
    this.#mergedInto = Int32Array.from({ length: items }, (_, i) => i);
    this.#expected = Float64Array.from({ length: items }, (_, item) => this.#expectedOf(item));
    this.#asked = Float64Array.from({ length: items }, (_, item) => this.#askedBy(item));
    this.#queue = new PartnerQueue(items);
    for (let item = 0; item < items; item++) this.#lookForPartner(item);
  }

  /** @returns false when no merge is likely enough */
  mergeLikeliest(): boolean {
    let cluster = this.#queue.first();
    while (cluster !== NOBODY && this.#queue.partnerOf(cluster) === UNKNOWN) {
      this.#lookForPartner(cluster);
      cluster = this.#queue.first();
    }
    if (cluster === NOBODY) return false;
    const partner = this.#queue.partnerOf(cluster);
    this.#merge(Math.min(cluster, partner), Math.max(cluster, partner));
    return true;
  }

  /** A merge goes into the lower number, so one pass upwards resolves all. */
  labels(): Int32Array {
    const labels = Int32Array.from(this.#mergedInto);
    for (let i = 0; i < labels.length; i++) labels[i] = labels[labels[i]!]!;
    return labels;
  }

  /** The lower number goes on. */
  #merge(a: number, b: number): void {
    this.#within[a]! += this.#within[b]! + this.#graph.merge(a, b);
    this.#expected[a] = Math.max(this.#expected[a]!, this.#expected[b]!);
    this.#sizes[a]! += this.#sizes[b]!;
    this.#asked[a] = this.#askedBy(a);
    this.#mergedInto[b] = a;
    this.#queue.set(b, NOBODY, 0);
    this.#lookForPartner(a);
    for (let entry = this.#graph.first(a); entry < this.#graph.end(a); entry++) {
      this.#reconsider(this.#graph.otherAt(entry), a, b, this.#graph.sumAt(entry));
    }
  }

  /** A cluster beside one that has changed: it is a likelier partner than before, or one to be looked for. */
  #reconsider(cluster: number, a: number, b: number, sum: number): void {
    const partner = this.#queue.partnerOf(cluster);
    const value = this.#likelihood(cluster, a, sum);
    if (value >= this.#options.mergeAt && this.#queue.isLikelier(cluster, a, value)) this.#queue.set(cluster, a, value);
    else if (partner === a || partner === b) this.#queue.forgetPartner(cluster);
  }

  #lookForPartner(cluster: number): void {
    let best = NOBODY;
    let bestValue = 0;
    for (let entry = this.#graph.first(cluster); entry < this.#graph.end(cluster); entry++) {
      const other = this.#graph.otherAt(entry);
      const value = this.#likelihood(cluster, other, this.#graph.sumAt(entry));
      if (value < this.#options.mergeAt || value < bestValue || (value === bestValue && other > best)) continue;
      best = other;
      bestValue = value;
    }
    this.#queue.set(cluster, best, bestValue);
  }

  #likelihood(a: number, b: number, sum: number): number {
    const { cohesionPower, maxPairs, mergeAt } = this.#options;
    const sizeA = this.#sizes[a]!;
    const sizeB = this.#sizes[b]!;
    const pairs = sizeA < sizeB ? sizeA * Math.min(sizeB, maxPairs) : sizeB * Math.min(sizeA, maxPairs);
    const mean = sum / pairs;
    if (cohesionPower === 0) return mean;
    // Half of what is asked for is too little, however loose the clusters.
    return mean < mergeAt / 2 ? 0 : mean / (this.#asked[a]! * this.#asked[b]!);
  }

  #expectedOf(item: number): number {
    let best = this.#options.looseCohesion;
    for (let entry = this.#graph.first(item); entry < this.#graph.end(item); entry++) {
      best = Math.max(best, Math.min(this.#graph.sumAt(entry), this.#options.usualCohesion));
    }
    return best;
  }

  /** The geometric mean of both sides' is asked for: of each the root of its cohesion, to the power. */
  #askedBy(cluster: number): number {
    const { cohesionPower } = this.#options;
    return cohesionPower === 0 ? 1 : this.#cohesion(cluster) ** (cohesionPower / 2);
  }

  /** Mean score within a cluster relative to the usual one. */
  #cohesion(cluster: number): number {
    const { usualCohesion, usualPairs, maxPairs } = this.#options;
    const size = this.#sizes[cluster]!;
    const pairs = (size * Math.min(size - 1, maxPairs)) / 2;
    return (this.#within[cluster]! + usualPairs * this.#expected[cluster]!) / (pairs + usualPairs) / usualCohesion;
  }
}

/** Each cluster with its likeliest partner, the likeliest pair first; a binary heap that knows where each cluster stands. */
class PartnerQueue {
  readonly #partners: Int32Array;
  readonly #values: Float64Array;
  /** The heap, of clusters; and where each stands in it, {@link NOBODY} for nowhere. */
  readonly #heap: Int32Array;
  readonly #places: Int32Array;
  #size = 0;

  constructor(items: number) {
    this.#partners = new Int32Array(items).fill(NOBODY);
    this.#values = new Float64Array(items);
    this.#heap = new Int32Array(items);
    this.#places = new Int32Array(items).fill(NOBODY);
  }

  /** A cluster of the likeliest pair; {@link NOBODY} when there is none. */
  first(): number {
    return this.#size === 0 ? NOBODY : this.#heap[0]!;
  }

  partnerOf(cluster: number): number {
    return this.#partners[cluster]!;
  }

  /** Whether a pair comes before the one the cluster has, or is that one and no less likely than before. */
  isLikelier(cluster: number, partner: number, value: number): boolean {
    const known = this.#values[cluster]!;
    const other = this.#partners[cluster]!;
    return other === NOBODY || value > known || (value === known && partner <= other);
  }

  /** It stands where it stands, and before others that are as likely. */
  forgetPartner(cluster: number): void {
    this.set(cluster, UNKNOWN, this.#values[cluster]!);
  }

  /** @param partner {@link NOBODY} takes the cluster out */
  set(cluster: number, partner: number, value: number): void {
    this.#partners[cluster] = partner;
    this.#values[cluster] = value;
    const place = this.#places[cluster]!;
    if (partner === NOBODY) {
      if (place !== NOBODY) this.#takeOut(cluster, place);
    } else if (place === NOBODY) this.#rise(cluster, this.#size++);
    else this.#settle(cluster, place);
  }

  #takeOut(cluster: number, place: number): void {
    this.#places[cluster] = NOBODY;
    const last = this.#heap[--this.#size]!;
    if (last !== cluster) this.#settle(last, place);
  }

  #settle(cluster: number, place: number): void {
    if (place > 0 && this.#isBefore(cluster, this.#heap[(place - 1) >> 1]!)) this.#rise(cluster, place);
    else this.#sink(cluster, place);
  }

  #rise(cluster: number, from: number): void {
    let at = from;
    while (at > 0) {
      const above = this.#heap[(at - 1) >> 1]!;
      if (!this.#isBefore(cluster, above)) break;
      this.#put(above, at);
      at = (at - 1) >> 1;
    }
    this.#put(cluster, at);
  }

  #sink(cluster: number, from: number): void {
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#size) break;
      if (below + 1 < this.#size && this.#isBefore(this.#heap[below + 1]!, this.#heap[below]!)) below += 1;
      if (!this.#isBefore(this.#heap[below]!, cluster)) break;
      this.#put(this.#heap[below]!, at);
      at = below;
    }
    this.#put(cluster, at);
  }

  #put(cluster: number, place: number): void {
    this.#heap[place] = cluster;
    this.#places[cluster] = place;
  }

  #isBefore(x: number, y: number): boolean {
    const valueX = this.#values[x]!;
    const valueY = this.#values[y]!;
    if (valueX !== valueY) return valueX > valueY;
    const partnerX = this.#partners[x]!;
    const partnerY = this.#partners[y]!;
    const difference = Math.min(x, partnerX) - Math.min(y, partnerY);
    return difference === 0 ? Math.max(x, partnerX) < Math.max(y, partnerY) : difference < 0;
  }
}
