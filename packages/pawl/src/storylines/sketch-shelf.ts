import type { KeptBytesQuery } from '../checkpoint/linking-state.ts';
import { type PackedBytes, unpackBytes } from '../checkpoint/packed-bytes.ts';
import type { DocumentProfile, DocumentSketch } from './document-sketch.ts';
import { decodeProfile, type EncodedSketch, encodeSketch } from './sketch-codec.ts';

/** Gives what linking kept, as the checkpoint has it. */
export type KeptBytes = (query: KeptBytesQuery) => Promise<PackedBytes>;

/** So many profiles, about 4 kB each, stay at hand for those that are compared next. */
const MAX_PROFILES = 20_000;

/** The profiles of the documents of a batch. They lie in the checkpoint, and are fetched when they are wanted. */
export class SketchShelf {
  readonly #kept: KeptBytes;
  readonly #maxProfiles: number;
  /** The last to be wanted are the last. */
  readonly #profiles = new Map<number, DocumentProfile>();

  /** @param maxProfiles so many stay at hand, and all that are wanted at once */
  constructor(kept: KeptBytes, maxProfiles = MAX_PROFILES) {
    this.#kept = kept;
    this.#maxProfiles = maxProfiles;
  }

  /** @returns what is to be kept of it */
  add(id: number, sketch: DocumentSketch): EncodedSketch {
    const encoded = encodeSketch(sketch);
    this.#profiles.set(id, decodeProfile(encoded.profile));
    this.#forgetOldest(new Set());
    return encoded;
  }

  /** The profiles of documents, by id; they stay at hand at least until the next call. */
  async profiles(wanted: readonly number[]): Promise<ReadonlyMap<number, DocumentProfile>> {
    const missing = wanted.filter((id) => !this.#profiles.has(id));
    this.#forgetOldest(new Set(wanted));
    if (missing.length > 0) {
      const found = await this.#kept({ kind: 'profiles', resultSeqs: missing });
      unpackBytes(found).forEach((bytes, i) => {
        this.#profiles.set(missing[i]!, decodeProfile(bytes.slice())); // so that the others can go
      });
    }
    return this.#profiles;
  }

  #forgetOldest(wanted: ReadonlySet<number>): void {
    for (const id of this.#profiles.keys()) {
      if (this.#profiles.size <= this.#maxProfiles) return;
      if (!wanted.has(id)) this.#profiles.delete(id);
    }
  }
}
