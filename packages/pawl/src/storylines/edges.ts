import { SparseRow } from './sparse-row.ts';

const FIRST_ROOM = 64;

/** Pairs of items that may belong together, and how likely, 0 to 1; in columns, since there are millions. */
export class Edges {
  #a = new Int32Array(FIRST_ROOM);
  #b = new Int32Array(FIRST_ROOM);
  #scores = new Float64Array(FIRST_ROOM);
  #length = 0;

  static of(edges: Iterable<{ readonly a: number; readonly b: number; readonly score: number }>): Edges {
    const all = new Edges();
    for (const { a, b, score } of edges) all.push(a, b, score);
    return all;
  }

  push(a: number, b: number, score: number): void {
    const at = this.#length++;
    if (at === this.#a.length) this.#grow();
    this.#a[at] = a;
    this.#b[at] = b;
    this.#scores[at] = score;
  }

  get length(): number {
    return this.#length;
  }

  forEach(visit: (a: number, b: number, score: number) => void): void {
    for (let i = 0; i < this.#length; i++) visit(this.#a[i]!, this.#b[i]!, this.#scores[i]!);
  }

  /** Takes out those for which `isKept` says no. */
  keep(isKept: (a: number, b: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const [a, b] = [this.#a[i]!, this.#b[i]!];
      if (!isKept(a, b)) continue;
      this.#a[kept] = a;
      this.#b[kept] = b;
      this.#scores[kept++] = this.#scores[i]!;
    }
    this.#length = kept;
  }

  /** Of each item the others it has an edge with, and the score. */
  toRows(items: number): SparseRow[] {
    const starts = new Int32Array(items + 1);
    for (let i = 0; i < this.#length; i++) {
      starts[this.#a[i]! + 1]! += 1;
      starts[this.#b[i]! + 1]! += 1;
    }
    const rows = Array.from({ length: items }, (_, item) => SparseRow.withRoom(starts[item + 1]!));
    for (let item = 0; item < items; item++) starts[item + 1]! += starts[item]!;
    const edges = new Int32Array(2 * this.#length);
    const next = starts.slice();
    for (let i = 0; i < this.#length; i++) {
      edges[next[this.#a[i]!]!++] = i;
      edges[next[this.#b[i]!]!++] = i;
    }
    // Item by item, so that each row gets its keys in ascending order.
    for (let item = 0; item < items; item++) {
      for (let at = starts[item]!; at < starts[item + 1]!; at++) {
        const i = edges[at]!;
        const other = this.#a[i] === item ? this.#b[i]! : this.#a[i]!;
        rows[other]!.append(item, this.#scores[i]!);
      }
    }
    return rows;
  }

  #grow(): void {
    const room = 2 * this.#length;
    const [a, b, scores] = [new Int32Array(room), new Int32Array(room), new Float64Array(room)];
    a.set(this.#a);
    b.set(this.#b);
    scores.set(this.#scores);
    [this.#a, this.#b, this.#scores] = [a, b, scores];
  }
}
