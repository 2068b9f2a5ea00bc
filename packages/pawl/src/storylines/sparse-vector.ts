import type { ArrayReader } from './array-codec.ts';

/** Weights of a few terms out of very many, of length 1 at most; terms are 32-bit hashes in ascending order. */
export interface SparseVector {
  readonly terms: Uint32Array;
  readonly weights: Float32Array;
}

/**
 * The `size` heaviest of the weights as a vector of length 1. Ties go to the lower hash, so that order does not matter.
 * @param damping what a vector lacks to length 1 grows with this and shrinks with its weights: one thing in common of one is less
 *   than ten of ten
 */
export function sparseVector(weights: ReadonlyMap<number, number>, size: number, damping = 0): SparseVector {
  const heaviest = [...weights].filter(([, weight]) => weight > 0);
  if (heaviest.length > size) heaviest.sort((a, b) => b[1] - a[1] || a[0] - b[0]).length = size;
  heaviest.sort((a, b) => a[0] - b[0]);
  const length = Math.sqrt(heaviest.reduce((sum, [, weight]) => sum + weight * weight, damping * damping));
  return {
    terms: Uint32Array.from(heaviest, ([term]) => term),
    weights: Float32Array.from(heaviest, ([, weight]) => weight / length),
  };
}

/** As arrays that a codec can keep. */
export function arraysOf({ terms, weights }: SparseVector): [Uint32Array, Float32Array] {
  return [terms, weights];
}

export function vectorFrom(reader: ArrayReader): SparseVector {
  return { terms: reader.uint32(), weights: reader.float32() };
}

/** 0 to 1; 0 when one of them is empty. */
export function cosine(a: SparseVector, b: SparseVector): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length; ) {
    const difference = a.terms[i]! - b.terms[j]!;
    if (difference === 0) sum += a.weights[i++]! * b.weights[j++]!;
    else if (difference < 0) i += 1;
    else j += 1;
  }
  return Math.min(1, sum);
}

/** FNV-1a over UTF-16 units, with a last mixing of the bits (Fowler, Noll & Vo; finalizer of MurmurHash3). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
