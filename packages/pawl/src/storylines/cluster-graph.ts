import type { Edges } from './edges.ts';

const NOWHERE = -1;

/**
 * Which clusters lie beside which, with the sum of the scores between the two, while clusters merge. Each side of a pair is an
 * entry that knows the one on the other side, so a merge costs what lies beside the two and searches for nothing. All entries lie
 * in a few arrays; a merged cluster gets a row of its own at their end, and gaps are closed when there is no more room.
 */
export class ClusterGraph {
  /** Of each entry the cluster beside, the sum of scores, and the entry on the other side. */
  #others: Int32Array;
  #sums: Float64Array;
  #mates: Int32Array;
  #end: number;
  /** Of each cluster its first entry, and how many it has. */
  readonly #starts: Int32Array;
  readonly #sizes: Int32Array;
  /** The entry for each cluster in the row that is being made; nowhere between two merges. */
  readonly #entryFor: Int32Array;

  /** @param items each is a cluster of its own; no pair is among the edges twice */
  constructor(items: number, edges: Edges) {
    this.#starts = new Int32Array(items);
    this.#sizes = new Int32Array(items);
    this.#entryFor = new Int32Array(items).fill(NOWHERE);
    this.#end = 2 * edges.length;
    const room = Math.max(2, 2 * this.#end);
    this.#others = new Int32Array(room);
    this.#sums = new Float64Array(room);
    this.#mates = new Int32Array(room);
    const { a, b, scores } = edges.columns();
    for (let edge = 0; edge < a.length; edge++) {
      this.#sizes[a[edge]!]! += 1;
      this.#sizes[b[edge]!]! += 1;
    }
    for (let item = 1; item < items; item++) this.#starts[item] = this.#starts[item - 1]! + this.#sizes[item - 1]!;
    const next = this.#starts.slice();
    for (let edge = 0; edge < a.length; edge++) {
      const entryA = next[a[edge]!]!++;
      const entryB = next[b[edge]!]!++;
      this.#put(entryA, b[edge]!, scores[edge]!, entryB);
      this.#put(entryB, a[edge]!, scores[edge]!, entryA);
    }
  }

  /** Where the row of a cluster begins, and behind which entry it ends; true until the next merge. */
  first(cluster: number): number {
    return this.#starts[cluster]!;
  }

  end(cluster: number): number {
    return this.#starts[cluster]! + this.#sizes[cluster]!;
  }

  otherAt(entry: number): number {
    return this.#others[entry]!;
  }

  sumAt(entry: number): number {
    return this.#sums[entry]!;
  }

  /** Merges b into a. @returns the sum of the scores between the two */
  merge(a: number, b: number): number {
    this.#makeRoom(this.#sizes[a]! + this.#sizes[b]!);
    const start = this.#end;
    let between = 0;
    for (let entry = this.first(a); entry < this.end(a); entry++) {
      const other = this.#others[entry]!;
      if (other === b) between = this.#sums[entry]!;
      else this.#take(entry, other);
    }
    for (let entry = this.first(b); entry < this.end(b); entry++) {
      const other = this.#others[entry]!;
      if (other === a) continue;
      const known = this.#entryFor[other]!;
      if (known === NOWHERE) this.#others[this.#take(entry, other)] = a;
      else {
        this.#sums[known]! += this.#sums[entry]!;
        this.#sums[this.#mates[known]!] = this.#sums[known]!;
        this.#drop(other, this.#mates[entry]!);
      }
    }
    for (let entry = start; entry < this.#end; entry++) this.#entryFor[this.#others[entry]!] = NOWHERE;
    this.#starts[a] = start;
    this.#sizes[a] = this.#end - start;
    this.#sizes[b] = 0;
    return between;
  }

  /** Moves an entry into the row that is being made. @returns the one on its other side */
  #take(entry: number, other: number): number {
    const mate = this.#mates[entry]!;
    this.#put(this.#end, other, this.#sums[entry]!, mate);
    this.#mates[mate] = this.#end;
    this.#entryFor[other] = this.#end++;
    return mate;
  }

  /** Takes an entry out of a row; the last one takes its place. */
  #drop(cluster: number, entry: number): void {
    this.#sizes[cluster]! -= 1;
    const last = this.end(cluster);
    if (last === entry) return;
    this.#put(entry, this.#others[last]!, this.#sums[last]!, this.#mates[last]!);
    this.#mates[this.#mates[last]!] = entry;
  }

  #put(entry: number, other: number, sum: number, mate: number): void {
    this.#others[entry] = other;
    this.#sums[entry] = sum;
    this.#mates[entry] = mate;
  }

  #makeRoom(wanted: number): void {
    if (this.#end + wanted <= this.#others.length) return;
    const moved = new Int32Array(this.#end);
    const [others, sums, mates] = [this.#others, this.#sums, this.#mates];
    const live = this.#sizes.reduce((sum, size) => sum + size, 0);
    const room = Math.max(2 * live, live + wanted);
    [this.#others, this.#sums, this.#mates] = [new Int32Array(room), new Float64Array(room), new Int32Array(room)];
    this.#end = 0;
    for (let cluster = 0; cluster < this.#sizes.length; cluster++) {
      const [first, end] = [this.first(cluster), this.end(cluster)];
      this.#starts[cluster] = this.#end;
      for (let entry = first; entry < end; entry++) {
        moved[entry] = this.#end;
        this.#put(this.#end++, others[entry]!, sums[entry]!, mates[entry]!);
      }
    }
    for (let entry = 0; entry < this.#end; entry++) this.#mates[entry] = moved[this.#mates[entry]!]!;
  }
}
