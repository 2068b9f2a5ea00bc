/** A set of small natural numbers: one bit each. */
export class BitSet {
  #bits = new Uint8Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(value: number): boolean {
    return ((this.#bits[value >> 3] ?? 0) & (1 << (value & 7))) !== 0;
  }

  /** @returns false when it was in the set already */
  add(value: number): boolean {
    if (this.has(value)) return false;
    const index = value >> 3;
    if (index >= this.#bits.length) this.#grow(index + 1);
    this.#bits[index] = (this.#bits[index] ?? 0) | (1 << (value & 7));
    this.#size += 1;
    return true;
  }

  #grow(length: number): void {
    const bits = new Uint8Array(Math.max(length, 2 * this.#bits.length));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
