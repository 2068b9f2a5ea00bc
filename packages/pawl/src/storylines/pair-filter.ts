/** Bits for each item: one that comes between others parts some dozens of them in each of its buckets. */
const BITS_AN_ITEM = 2 ** 14;
const MOST_BITS_LOG2 = 26;

/**
 * Says of pairs of numbers whether they were added: no for certain, yes with some doubt (Bloom 1970, with one hash). For
 * hundreds of thousands of pairs of which few matter.
 */
export class PairFilter {
  readonly #bits: Uint32Array;
  readonly #shift: number;

  /** @param items how many add their pairs */
  constructor(items: number) {
    const bitsLog2 = Math.min(MOST_BITS_LOG2, Math.ceil(Math.log2(BITS_AN_ITEM * Math.max(1, items))));
    this.#bits = new Uint32Array(2 ** bitsLog2 / 32);
    this.#shift = 32 - bitsLog2;
  }

  add(a: number, b: number): void {
    const bit = hashOf(a, b) >>> this.#shift;
    this.#bits[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** May be true for a pair that was not added. */
  mayHave(a: number, b: number): boolean {
    const bit = hashOf(a, b) >>> this.#shift;
    return (this.#bits[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }
}

/** The same for both orders. */
function hashOf(a: number, b: number): number {
  const mixed = Math.imul(Math.min(a, b), 0x9e3779b1) ^ Math.imul(Math.max(a, b), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
}
