const LOAD = 0.6;

/** Numbers 32-bit feature hashes densely: an open-addressing table over typed arrays, ready as soon as they are read. */
export class FeatureIndex {
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  readonly #mask: number;

  /** `hashes[id]` is the feature with that id; hashes are distinct. */
  constructor(hashes: Int32Array) {
    let capacity = 16;
    while (capacity * LOAD < hashes.length) capacity *= 2;
    this.#hashes = hashes;
    this.#mask = capacity - 1;
    this.#slots = new Int32Array(capacity).fill(-1);
    for (let id = 0; id < hashes.length; id++) {
      let slot = hashes[id]! & this.#mask;
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = id;
    }
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** The feature's id, or -1 when it is not known. */
  find(hash: number): number {
    let slot = hash & this.#mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id < 0 || this.#hashes[id] === hash) return id;
      slot = (slot + 1) & this.#mask;
    }
  }
}
