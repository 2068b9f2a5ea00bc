const FIRST_ROOM = 64;

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
      const a = this.#a[i]!;
      const b = this.#b[i]!;
      if (!isKept(a, b)) continue;
      this.#a[kept] = a;
      this.#b[kept] = b;
      this.#scores[kept++] = this.#scores[i]!;
    }
    this.#length = kept;
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
