import { type ModelFile, readModelFile } from '../model/model-file.ts';

/** Features of one decision as hashes; `count` of `hashes` are set. Reused from decision to decision. */
export class FeatureList {
  readonly hashes: Int32Array;
  count = 0;

  constructor(capacity: number) {
    this.hashes = new Int32Array(capacity);
  }

  clear(): void {
    this.count = 0;
  }

  /** Adds feature `value` of kind `kind`; the pair is what is hashed. */
  add(kind: number, value: number): void {
    let hash = Math.imul(value ^ Math.imul(kind, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    this.hashes[this.count++] = hash ^ (hash >>> 16);
  }
}

/** A linear classifier whose weights are found by hash (Weinberger et al. 2009): no dictionary, constant memory. */
export class HashedClassifier {
  readonly #weights: Int8Array;
  readonly #classes: number;
  readonly #scale: number;
  readonly #mask: number;
  readonly #scores: Int32Array;

  /** `weights[(hash & mask) * classes + class]`, for a power-of-two number of rows; one unit is worth `scale`. */
  constructor(weights: Int8Array, classes: number, scale: number) {
    this.#weights = weights;
    this.#classes = classes;
    this.#scale = scale;
    this.#mask = weights.length / classes - 1;
    this.#scores = new Int32Array(classes);
  }

  static read(bytes: Uint8Array): HashedClassifier {
    const { meta, arrays } = readModelFile(bytes);
    return new HashedClassifier(arrays.weights as Int8Array, meta.classes as number, meta.scale as number);
  }

  /** The class with the highest score, the first of equals. */
  classify(features: FeatureList): number {
    const scores = this.#sum(features);
    let best = 0;
    for (let c = 1; c < this.#classes; c++) if (scores[c]! > scores[best]!) best = c;
    return best;
  }

  /** Adds `weight` times the score of each class, a log-probability but for a constant, to `target` from `start` on. */
  addScores(features: FeatureList, target: Float32Array, start: number, weight: number): void {
    const factor = weight * this.#scale;
    const scores = this.#sum(features);
    for (let c = 0; c < this.#classes; c++) target[start + c]! += scores[c]! * factor;
  }

  /** What one feature adds to the score of a class. */
  weightOf(hash: number, classIndex: number): number {
    return this.#weights[(hash & this.#mask) * this.#classes + classIndex]! * this.#scale;
  }

  #sum({ hashes, count }: FeatureList): Int32Array {
    const scores = this.#scores.fill(0);
    for (let i = 0; i < count; i++) {
      const row = (hashes[i]! & this.#mask) * this.#classes;
      for (let c = 0; c < this.#classes; c++) scores[c]! += this.#weights[row + c]!;
    }
    return scores;
  }
}

/** The stored form of trained weights, rounded to 8 bits with one scale. */
export function quantizeClassifier(weights: Float64Array, classes: number): ModelFile {
  const max = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
  return {
    meta: { classes, scale: max / 127 },
    arrays: { weights: Int8Array.from(weights, (weight) => Math.round((weight / max) * 127)) },
  };
}
