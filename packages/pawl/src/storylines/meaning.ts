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
  return dotOf(a, b) / (lengthOf(a) * lengthOf(b));
}

/** Whole numbers, and so exact: 16,384 times 127² is less than 2³¹. */
function dotOf(a: Int8Array, b: Int8Array): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot = (dot + Math.imul(a[i]!, b[i]!)) | 0;
  return dot;
}

/** Each is compared with many. */
const LENGTHS = new WeakMap<Int8Array, number>();

function lengthOf(meaning: Int8Array): number {
  const known = LENGTHS.get(meaning);
  if (known !== undefined) return known;
  const length = Math.sqrt(dotOf(meaning, meaning));
  LENGTHS.set(meaning, length);
  return length;
}

/** Sides of random planes that a key is made of: 256 buckets a table. */
const PLANES_PER_KEY = 8;
/** Dimensions that a plane looks at: a part of them, but so many at least. */
const [PART_OF_DIMENSIONS, LEAST_DIMENSIONS] = [1 / 8, 128];

/**
 * Keys that close directions are likely to share: each says on which sides of eight random planes a direction lies (Charikar 2002). Two at
 * an angle of θ share one with a probability of about (1 − θ/π)⁸, whatever else there is in the batch. The planes are the same everywhere.
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

function sideOf(meaning: Int8Array, { added, taken }: Plane): 0 | 1 {
  let dot = 0;
  for (let i = 0; i < added.length; i++) dot += meaning[added[i]!]!;
  for (let i = 0; i < taken.length; i++) dot -= meaning[taken[i]!]!;
  return dot >= 0 ? 1 : 0;
}

/**
 * A plane by its normal: the dimensions in which that is 1, and those in which it is −1; 0 in all others. Such divide as those with
 * normally distributed components do, in a fraction of the time (Li, Hastie & Church 2006).
 */
interface Plane {
  readonly added: Uint16Array;
  readonly taken: Uint16Array;
}

class Planes {
  readonly #dimensions: number;
  readonly #made: Plane[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  at(number: number): Plane {
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

/** Drawn by xorshift32 (Marsaglia 2003), seeded with the number of the plane. */
function planeOf(number: number, dimensions: number): Plane {
  let state = hashOf(`plane ${number}`) || 1;
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % dimensions;
  };
  const half = Math.ceil(Math.max(LEAST_DIMENSIONS, PART_OF_DIMENSIONS * dimensions) / 2);
  return { added: Uint16Array.from({ length: half }, draw), taken: Uint16Array.from({ length: half }, draw) };
}
