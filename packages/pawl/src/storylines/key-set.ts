const BITS = 16;

/** A set of keys that says no quickly: of hundreds of thousands that it is asked for it has few. */
export class KeySet {
  readonly #keys = new Set<number>();
  /** Whether there is a key that begins with these bits. */
  readonly #beginnings = new Uint8Array(2 ** BITS);

  constructor(all: Iterable<Uint32Array>) {
    for (const keys of all) {
      for (const key of keys) {
        this.#keys.add(key);
        this.#beginnings[key >>> (32 - BITS)] = 1;
      }
    }
  }

  has(key: number): boolean {
    return this.#beginnings[key >>> (32 - BITS)] === 1 && this.#keys.has(key);
  }
}
