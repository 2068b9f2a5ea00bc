/** A fixed piece of WebAssembly memory, handed out from the bottom up; views stay valid because it never grows. */
export class Workspace {
  readonly #buffer: ArrayBufferLike;
  #top = 1024;

  constructor(buffer: ArrayBufferLike) {
    this.#buffer = buffer;
  }

  /** `count` floats, 16-byte aligned; their content is whatever was there before. */
  floats(count: number): Float32Array {
    const start = this.#top;
    this.#top = (start + count * 4 + 15) & ~15;
    if (this.#top > this.#buffer.byteLength) {
      throw new Error(`The workspace of ${this.#buffer.byteLength} bytes is too small for ${count} more floats.`);
    }
    return new Float32Array(this.#buffer, start, count);
  }

  /** `count` 16-bit integers, 16-byte aligned; their content is whatever was there before. */
  shorts(count: number): Int16Array {
    const floats = this.floats(Math.ceil(count / 2));
    return new Int16Array(this.#buffer, floats.byteOffset, count);
  }

  /** Where the free part begins, for {@link Workspace.release}. */
  mark(): number {
    return this.#top;
  }

  /** Gives back everything handed out since `mark`. */
  release(mark: number): void {
    this.#top = mark;
  }
}
