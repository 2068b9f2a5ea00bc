const BITS = 2 ** 23;

/**
 * Says of pairs of numbers whether they were added: no for certain, yes with some doubt (Bloom 1970, with one hash). For
 * hundreds of thousands of pairs of which few matter.
 */
export class PairFilter {
  readonly #bits = new Uint32Array(BITS / 32);

  add(a: number, b: number): void {
    const hash = hashOf(a, b);
    this.#bits[hash >>> 5]! |= 1 << (hash & 31);
  }

  /** May be true for a pair that was not added. */
  mayHave(a: number, b: number): boolean {
    const hash = hashOf(a, b);
    return (this.#bits[hash >>> 5]! & (1 << (hash & 31))) !== 0;
  }
}

/** The same for both orders. */
function hashOf(a: number, b: number): number {
  const mixed = Math.imul(Math.min(a, b), 0x9e3779b1) ^ Math.imul(Math.max(a, b), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 9;
}
