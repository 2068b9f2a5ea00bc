import type { DocumentProfile, DocumentSketch } from './document-sketch.ts';
import { decodeProfile, decodeSketch, encodeSketch } from './sketch-codec.ts';

/** The sketches of a batch as bytes; profiles that were wanted once stay at hand. */
export class SketchShelf {
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #profiles = new Map<number, DocumentProfile>();

  put(id: number, bytes: Uint8Array): void {
    this.#bytes.set(id, bytes);
  }

  /** @returns its bytes */
  add(id: number, sketch: DocumentSketch): Uint8Array {
    const bytes = encodeSketch(sketch);
    this.put(id, bytes);
    return bytes;
  }

  profile(id: number): DocumentProfile {
    const known = this.#profiles.get(id);
    if (known !== undefined) return known;
    const profile = decodeProfile(this.#bytes.get(id)!);
    this.#profiles.set(id, profile);
    return profile;
  }

  sketch(id: number): DocumentSketch {
    return decodeSketch(this.#bytes.get(id)!);
  }
}
