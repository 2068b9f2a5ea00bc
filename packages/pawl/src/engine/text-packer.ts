/** Bytes of one buffer; a text that may need more gets one of its own. */
const BUFFER_BYTES = 64 * 1024;
/** A UTF-16 unit takes at most that many bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Packs texts in UTF-8 into few buffers. So they leave the heap at once, where long texts that live for a while are copied about by
 * each garbage collection, and cross to another thread by handing over the buffers.
 */
export class TextPacker {
  readonly #encoder = new TextEncoder();
  #free = new Uint8Array(0);

  /** @returns the text in UTF-8, a part of a buffer that holds texts of this packer alone */
  pack(text: string): Uint8Array {
    const most = text.length * MAX_BYTES_PER_UNIT;
    if (most > BUFFER_BYTES) return this.#encoder.encode(text);
    if (most > this.#free.length) this.#free = new Uint8Array(BUFFER_BYTES);
    const { written } = this.#encoder.encodeInto(text, this.#free);
    const packed = this.#free.subarray(0, written);
    this.#free = this.#free.subarray(written);
    return packed;
  }
}
