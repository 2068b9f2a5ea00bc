const FIRST_ROOM = 64;

/** Of each edge its two items and its score; in single precision, so that sums of them are exact in whatever order. */
export interface EdgeColumns {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly scores: Float32Array;
}

/** Pairs of items that may belong together, and how likely, 0 to 1; in columns, since there are millions. */
export class Edges {
  #a: Int32Array = new Int32Array(FIRST_ROOM);
  #b: Int32Array = new Int32Array(FIRST_ROOM);
  #scores: Float32Array = new Float32Array(FIRST_ROOM);
  #length = 0;

  static of(edges: Iterable<{ readonly a: number; readonly b: number; readonly score: number }>): Edges {
    const all = new Edges();
    for (const { a, b, score } of edges) all.push(a, b, score);
    return all;
  }

  /** @param columns are the edges' from now on */
  static ofColumns({ a, b, scores }: EdgeColumns): Edges {
    const all = new Edges();
    [all.#a, all.#b, all.#scores, all.#length] = [a, b, scores, a.length];
    return all;
  }

  /** Views; true until an edge is added or taken out. */
  columns(): EdgeColumns {
    return {
      a: this.#a.subarray(0, this.#length),
      b: this.#b.subarray(0, this.#length),
      scores: this.#scores.subarray(0, this.#length),
    };
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

  /** Takes out some. @param places of theirs among all */
  drop(places: ReadonlySet<number>): void {
    if (places.size === 0) return;
    let left = 0;
    for (let i = 0; i < this.#length; i++) {
      if (places.has(i)) continue;
      this.#a[left] = this.#a[i]!;
      this.#b[left] = this.#b[i]!;
      this.#scores[left++] = this.#scores[i]!;
    }
    this.#length = left;
  }

  #grow(): void {
    const room = Math.max(FIRST_ROOM, 2 * this.#length);
    const [a, b, scores] = [new Int32Array(room), new Int32Array(room), new Float32Array(room)];
    a.set(this.#a);
    b.set(this.#b);
    scores.set(this.#scores);
    [this.#a, this.#b, this.#scores] = [a, b, scores];
  }
}
