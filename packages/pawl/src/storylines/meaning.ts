import { hashOf } from './sparse-vector.ts';

// What texts mean, as directions that an embedding model gave them: see models/embedding.ts.

/** Of what no embedding model was asked about. */
export const NO_MEANING: Int8Array = new Int8Array(0);

/**
 * How close two meanings are, 0 to 1: their cosine, where what unrelated texts have counts as nothing and 1 as 1. 0 where one of them is not
 * known.
 * @param unrelated cosine of texts that have nothing to do with each other, below 1
 */
export function meaningOf(a: Int8Array, b: Int8Array, unrelated: number): number {
  return Math.max(0, (cosineOf(a, b) - unrelated) / (1 - unrelated));
}

/** -1 to 1; 0 where one is not known, and for directions in different spaces. */
export function cosineOf(a: Int8Array, b: Int8Array): number {
  if (a.length === 0 || a.length !== b.length) return 0;
  let [dot, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return dot / Math.sqrt(squaresA * squaresB);
}

/** Sides of random planes that a key is made of: 256 buckets a table. */
const PLANES_PER_KEY = 8;

/**
 * Keys that close directions are likely to share: each says on which sides of eight random planes a direction lies (Charikar 2002). Two at
 * an angle of θ share one with a probability of (1 − θ/π)⁸, whatever else there is in the batch. The planes are the same everywhere.
 * @param tables how many keys; none where the meaning is not known
 */
export function meaningKeys(meaning: Int8Array, tables: number): number[] {
  if (meaning.length === 0) return [];
  const planes = planesFor(meaning.length);
  return Array.from({ length: tables }, (_, table) => {
    let sides = 0;
    for (let i = 0; i < PLANES_PER_KEY; i++) sides = 2 * sides + sideOf(meaning, planes.at(table * PLANES_PER_KEY + i));
    return hashOf(`meaning ${table} ${sides}`);
  });
}

function sideOf(meaning: Int8Array, plane: Int8Array): 0 | 1 {
  let dot = 0;
  for (let i = 0; i < meaning.length; i++) dot += meaning[i]! * plane[i]!;
  return dot >= 0 ? 1 : 0;
}

/** Planes by their normals of −1 and 1, which divide as those with normally distributed components do (Achlioptas 2003). */
class Planes {
  readonly #dimensions: number;
  readonly #made: Int8Array[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  at(number: number): Int8Array {
    this.#made[number] ??= planeOf(number, this.#dimensions);
    return this.#made[number];
  }
}

/** Of the spaces that were seen; a batch has one. */
const PLANES = new Map<number, Planes>();

function planesFor(dimensions: number): Planes {
  const known = PLANES.get(dimensions) ?? new Planes(dimensions);
  PLANES.set(dimensions, known);
  return known;
}

/** Signs by xorshift32 (Marsaglia 2003), seeded with the number of the plane. */
function planeOf(number: number, dimensions: number): Int8Array {
  let state = hashOf(`plane ${number}`) || 1;
  return Int8Array.from({ length: dimensions }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state < 0 ? -1 : 1;
  });
}
