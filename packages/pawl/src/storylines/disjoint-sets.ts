/** Sets of items that merge; paths are halved when they are walked (Tarjan & van Leeuwen 1984). */
export class DisjointSets {
  readonly #parents: Int32Array;

  /** @param known for each of the first items one of its set; the others are sets of their own */
  constructor(known: Int32Array, items: number) {
    this.#parents = Int32Array.from({ length: items }, (_, item) => known[item] ?? item);
  }

  /** The item that stands for the set; the same for all of it, until it merges. */
  find(item: number): number {
    const parents = this.#parents;
    let at = item;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    this.#parents[this.find(a)] = this.find(b);
  }

  /** For each item the one that stands for its set. */
  all(): Int32Array {
    return this.#parents.map((_, item) => this.find(item));
  }
}
