import { TAG_COUNT } from '../src/entities/names/biluo.ts';
import { WORDING_FEATURES } from '../src/entities/names/name-features.ts';
import { chainMarginals } from '../src/entities/names/tag-scorer.ts';

/** A sentence ready for training: dense feature numbers per token (as in SentenceFeatures), gold tags. */
export interface ChainExample {
  readonly features: Int32Array;
  readonly offsets: Int32Array;
  readonly tags: Uint8Array;
  readonly target: boolean;
  readonly weight: number;
}

export interface ChainTrainingOptions {
  readonly featureCount: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly l1: number;
  readonly l2: number;
  /** Share of features hidden at random from each token, so that no single one is relied on. */
  readonly dropout: number;
  /** Share of tokens whose own wording is hidden (the first features of each token), so that context learns to stand in. */
  readonly wordingDropout: number;
  readonly seed: number;
  /** The result is the mean of the weights after this epoch and all later ones: single iterates are noisy. */
  readonly averageFrom: number;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

/** What the target corpus sees: shared weights plus its own. `features[feature * TAG_COUNT + tag]`. */
export interface ChainWeights {
  readonly features: Float32Array;
  readonly transitions: Float64Array;
}

/** A small fast generator (mulberry32): training must repeat bit for bit. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Weights learned by FTRL-Proximal (McMahan et al. 2013): per-coordinate rates, and L1 that leaves true zeros. */
class ProximalWeights {
  readonly weights: Float32Array;
  readonly #z: Float32Array;
  readonly #n: Float32Array;
  readonly #rate: number;
  readonly #l1: number;
  readonly #l2: number;

  constructor(size: number, rate: number, l1: number, l2: number) {
    this.weights = new Float32Array(size);
    this.#z = new Float32Array(size);
    this.#n = new Float32Array(size);
    this.#rate = rate;
    this.#l1 = l1;
    this.#l2 = l2;
  }

  step(k: number, gradient: number): void {
    const n = this.#n[k]!;
    const grown = n + gradient * gradient;
    const root = Math.sqrt(grown);
    const z = this.#z[k]! + gradient - ((root - Math.sqrt(n)) / this.#rate) * this.weights[k]!;
    this.#n[k] = grown;
    this.#z[k] = z;
    const excess = Math.abs(z) - this.#l1;
    this.weights[k] = excess <= 0 ? 0 : (-Math.sign(z) * excess) / ((1 + root) / this.#rate + this.#l2);
  }
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}

/** Gradients below this are not worth a step. */
const NEGLIGIBLE = 1e-3;

/**
 * Trains a linear-chain CRF (Lafferty et al. 2001) whose features exist twice, shared and for the target corpus alone
 * (Daumé III 2007, "Frustratingly Easy Domain Adaptation").
 */
export function trainChain(examples: readonly ChainExample[], options: ChainTrainingOptions): ChainWeights {
  const T = TAG_COUNT;
  const { featureCount, learningRate, l1, l2, dropout } = options;
  const shared = new ProximalWeights(featureCount * T, learningRate, l1, l2);
  const own = new ProximalWeights(featureCount * T, learningRate, l1, l2);
  const moves = new ProximalWeights(T * T, learningRate, 0, l2);
  const random = seededRandom(options.seed);
  const order = Int32Array.from(examples, (_, i) => i);

  const learn = (example: ChainExample): number => {
    const { offsets, tags, target, weight } = example;
    const n = tags.length;
    const scores = new Float64Array(n * T);
    const features = example.features.slice();
    for (let i = 0; i < n; i++) {
      const hidden = random() < options.wordingDropout ? offsets[i]! + WORDING_FEATURES : 0;
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const feature = features[k]!;
        if (feature < 0) continue;
        if (k < hidden) {
          features[k] = -1;
          continue;
        }
        if (dropout > 0 && random() < dropout) {
          features[k] = -1;
          continue;
        }
        const base = feature * T;
        for (let t = 0; t < T; t++) scores[i * T + t]! += shared.weights[base + t]!;
        if (target) for (let t = 0; t < T; t++) scores[i * T + t]! += own.weights[base + t]!;
      }
    }
    const transitions = Float64Array.from(moves.weights);
    const { logPartition, unary, pairs } = chainMarginals({ tokenCount: n, scores, transitions });
    let gold = 0;
    for (let i = 0; i < n; i++) {
      const tag = tags[i]!;
      gold += scores[i * T + tag]!;
      unary[i * T + tag]! -= 1;
      if (i === 0) continue;
      const move = tags[i - 1]! * T + tag;
      gold += transitions[move]!;
      pairs[move]! -= 1;
    }
    for (let i = 0; i < n; i++) {
      for (let t = 0; t < T; t++) {
        const gradient = unary[i * T + t]! * weight;
        if (gradient < NEGLIGIBLE && gradient > -NEGLIGIBLE) continue;
        for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
          const feature = features[k]!;
          if (feature < 0) continue;
          shared.step(feature * T + t, gradient);
          if (target) own.step(feature * T + t, gradient);
        }
      }
    }
    for (let k = 0; k < pairs.length; k++) if (pairs[k] !== 0) moves.step(k, pairs[k]! * weight);
    return (logPartition - gold) * weight;
  };

  const mean = { features: new Float32Array(featureCount * T), transitions: new Float64Array(T * T) };
  const share = 1 / (options.epochs - options.averageFrom + 1);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    shuffle(order, random);
    let loss = 0;
    for (const i of order) loss += learn(examples[i]!);
    options.onEpoch?.(epoch, loss);
    if (epoch < options.averageFrom) continue;
    for (let k = 0; k < mean.features.length; k++) mean.features[k]! += share * (shared.weights[k]! + own.weights[k]!);
    for (let k = 0; k < mean.transitions.length; k++) mean.transitions[k]! += share * moves.weights[k]!;
  }
  return mean;
}
