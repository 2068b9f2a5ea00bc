// Arrays of numbers as one byte string: how many there are, the length of each in bytes, then each, from a multiple of 4 on. In
// this machine's order: what is kept is read where it was written.

type Numbers = Uint8Array | Int8Array | Uint16Array | Uint32Array | Int32Array | Float32Array;

const ALIGNMENT = 4;

export function encodeArrays(arrays: readonly Numbers[]): Uint8Array {
  const header = Uint32Array.from([arrays.length, ...arrays.map(({ byteLength }) => byteLength)]);
  const size = arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), header.byteLength);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of [header, ...arrays]) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/** Reads what {@link encodeArrays} made, array by array, as views; of a copy where `bytes` begin where numbers cannot. */
export class ArrayReader {
  readonly #buffer: ArrayBufferLike;
  readonly #lengths: Uint32Array;
  #next = 0;
  #at: number;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset } = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
    this.#buffer = buffer;
    const [count = 0] = new Uint32Array(buffer, byteOffset, 1);
    this.#lengths = new Uint32Array(buffer, byteOffset + ALIGNMENT, count);
    this.#at = byteOffset + ALIGNMENT + this.#lengths.byteLength;
  }

  uint8(): Uint8Array {
    const length = this.#lengths[this.#next]!;
    return new Uint8Array(this.#buffer, this.#take(), length);
  }

  int8(): Int8Array {
    const length = this.#lengths[this.#next]!;
    return new Int8Array(this.#buffer, this.#take(), length);
  }

  uint16(): Uint16Array {
    const length = this.#lengths[this.#next]! / Uint16Array.BYTES_PER_ELEMENT;
    return new Uint16Array(this.#buffer, this.#take(), length);
  }

  uint32(): Uint32Array {
    const length = this.#lengths[this.#next]! / Uint32Array.BYTES_PER_ELEMENT;
    return new Uint32Array(this.#buffer, this.#take(), length);
  }

  int32(): Int32Array {
    const length = this.#lengths[this.#next]! / Int32Array.BYTES_PER_ELEMENT;
    return new Int32Array(this.#buffer, this.#take(), length);
  }

  float32(): Float32Array {
    const length = this.#lengths[this.#next]! / Float32Array.BYTES_PER_ELEMENT;
    return new Float32Array(this.#buffer, this.#take(), length);
  }

  /** @returns where the next array begins */
  #take(): number {
    const start = this.#at;
    this.#at += aligned(this.#lengths[this.#next++]!);
    return start;
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
