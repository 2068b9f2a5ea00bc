import { type FeatureList, quantizeClassifier } from '../src/linear/hashed-classifier.ts';
import { type ModelFile, writeModelFile } from '../src/model/model-file.ts';
import { seededRandom, shuffled } from './network/random.ts';

/** One decision to learn from. */
export interface Decision {
  readonly hashes: Int32Array;
  readonly gold: number;
}

export interface LinearTrainingOptions {
  readonly classes: number;
  /** Rows of the weight table, a power of two. */
  readonly rows: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly l2: number;
  readonly seed: number;
}

/** A copy of the features gathered so far with the right class. */
export const decisionOf = ({ hashes, count }: FeatureList, gold: number): Decision => ({
  hashes: hashes.slice(0, count),
  gold,
});

/** The model file of {@link fitClassifier}. */
export const trainClassifier = (decisions: readonly Decision[], options: LinearTrainingOptions): Uint8Array =>
  writeModelFile(fitClassifier(decisions, options));

/** Multinomial logistic regression over hashed features by AdaGrad (Duchi et al. 2011). */
export function fitClassifier(decisions: readonly Decision[], options: LinearTrainingOptions): ModelFile {
  const { classes, rows, epochs, learningRate, l2 } = options;
  const weights = new Float64Array(rows * classes);
  const squares = new Float64Array(rows * classes).fill(1e-6);
  const random = seededRandom(options.seed);
  const scores = new Float64Array(classes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { hashes, gold } of shuffled(decisions, random)) {
      scores.fill(0);
      for (const hash of hashes) {
        const row = (hash & (rows - 1)) * classes;
        for (let c = 0; c < classes; c++) scores[c]! += weights[row + c]!;
      }
      toGradient(scores, gold);
      if (Math.abs(scores[gold]!) < 1e-3) continue;
      for (const hash of hashes) {
        const row = (hash & (rows - 1)) * classes;
        for (let c = 0; c < classes; c++) {
          const at = row + c;
          const g = scores[c]! + l2 * weights[at]!;
          squares[at]! += g * g;
          weights[at]! -= (learningRate * g) / Math.sqrt(squares[at]!);
        }
      }
    }
  }
  return quantizeClassifier(weights, classes);
}

/** Scores become softmax minus the gold indicator. */
function toGradient(scores: Float64Array, gold: number): void {
  const max = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += Math.exp(scores[c]! - max);
  for (let c = 0; c < scores.length; c++) scores[c] = Math.exp(scores[c]! - max) / sum;
  scores[gold]! -= 1;
}
