import type { DocumentSketch } from './document-sketch.ts';
import { decodeSketch, encodeSketch } from './sketch-codec.ts';

/** Sketches that are kept unfolded; the others are unfolded when they are wanted. */
const OPEN = 4_000;

/** The sketches of a batch, small: as bytes, but for those used last. */
export class SketchShelf {
  readonly #bytes = new Map<number, Uint8Array>();
  /** In the order of use. */
  readonly #open = new Map<number, DocumentSketch>();

  put(id: number, bytes: Uint8Array): void {
    this.#bytes.set(id, bytes);
  }

  /** @returns its bytes */
  add(id: number, sketch: DocumentSketch): Uint8Array {
    const bytes = encodeSketch(sketch);
    this.put(id, bytes);
    this.#keepOpen(id, sketch);
    return bytes;
  }

  get(id: number): DocumentSketch {
    const open = this.#open.get(id) ?? decodeSketch(this.#bytes.get(id)!);
    this.#open.delete(id);
    this.#keepOpen(id, open);
    return open;
  }

  #keepOpen(id: number, sketch: DocumentSketch): void {
    this.#open.set(id, sketch);
    if (this.#open.size > OPEN) this.#open.delete(this.#open.keys().next().value!);
  }
}
