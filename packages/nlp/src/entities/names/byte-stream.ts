/** Appends numbers and text to a growing byte buffer, little-endian. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** Appends raw bytes. */
  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Appends a non-negative integer below 2^32 in groups of seven bits, low first. */
  varint(value: number): void {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Appends 32-bit floats. */
  floats(values: ArrayLike<number>): void {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
    this.bytes(new Uint8Array(view.buffer));
  }

  /** Appends length-prefixed UTF-8. */
  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what {@link ByteWriter} wrote, in the same order. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(count: number): Uint8Array {
    const end = this.#position + count;
    if (end > this.#bytes.length)
      throw new RangeError(`Model ends early: byte ${end} of ${this.#bytes.length} wanted.`);
    const part = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return part;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#position++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  floats(count: number): Float64Array {
    const part = this.bytes(4 * count);
    const view = new DataView(part.buffer, part.byteOffset, part.length);
    return Float64Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  }

  text(): string {
    return new TextDecoder().decode(this.bytes(this.varint()));
  }
}
