import { deserialize, serialize } from 'node:v8';
import type { DocumentContent, DocumentProfile, DocumentSketch } from './document-sketch.ts';
import type { SparseVector } from './sparse-vector.ts';

// A sketch as bytes that a checkpoint can keep, in two parts. The profile is wanted often and for many documents at once: 32-bit
// words in this machine's order (length of the profile, day, dimensions of the meaning, lengths of the
// vectors, terms and weights of each, the meaning in bytes). The content is in
// V8's own format, which later versions read.

/** Grows when older sketches cannot be read, or say something else: all documents are then sketched anew. */
export const SKETCH_FORMAT = 5;

const VECTORS = ['about', 'names', 'lead', 'numbers'] as const;
const HEADER_WORDS = 3 + VECTORS.length;
const WORD_BYTES = 4;
const NO_DAY = -0x8000_0000;

/** A sketch as it is kept. */
export interface EncodedSketch {
  readonly profile: Uint8Array;
  readonly content: Uint8Array;
}

export function encodeSketch(sketch: DocumentSketch): EncodedSketch {
  const { documentId, day, title, entities, events } = sketch;
  const content: DocumentContent = { documentId, day, title, entities, events };
  return { profile: encodeProfile(sketch), content: new Uint8Array(serialize(content)) };
}

function encodeProfile({ about, names, lead, numbers, day, meaning }: DocumentProfile): Uint8Array {
  const vectors = [about, names, lead, numbers];
  const meaningWords = Math.ceil(meaning.length / WORD_BYTES);
  const words = HEADER_WORDS + vectors.reduce((sum, { terms }) => sum + 2 * terms.length, 0) + meaningWords;
  const profile = new Uint32Array(words);
  const weights = new Float32Array(profile.buffer);
  new Int32Array(profile.buffer).set([
    words,
    day ?? NO_DAY,
    meaning.length,
    ...vectors.map(({ terms }) => terms.length),
  ]);
  let at = HEADER_WORDS;
  for (const vector of vectors) {
    profile.set(vector.terms, at);
    weights.set(vector.weights, at + vector.terms.length);
    at += 2 * vector.terms.length;
  }
  new Int8Array(profile.buffer).set(meaning, at * WORD_BYTES);
  return new Uint8Array(profile.buffer);
}

export function decodeProfile(bytes: Uint8Array): DocumentProfile {
  const { buffer } = new Uint8Array(bytes); // a copy, on its own
  const header = new Int32Array(buffer);
  let at = HEADER_WORDS;
  const vectors = VECTORS.map((_, i): SparseVector => {
    const length = header[3 + i]!;
    const terms = new Uint32Array(buffer, at * WORD_BYTES, length);
    const weights = new Float32Array(buffer, (at + length) * WORD_BYTES, length);
    at += 2 * length;
    return { terms, weights };
  });
  const [about, names, lead, numbers] = vectors as [SparseVector, SparseVector, SparseVector, SparseVector];
  const meaning = new Int8Array(buffer, at * WORD_BYTES, header[2]!);
  return { day: header[1] === NO_DAY ? null : header[1]!, about, names, lead, numbers, meaning };
}

export function decodeContent(bytes: Uint8Array): DocumentContent {
  return deserialize(bytes) as DocumentContent;
}
