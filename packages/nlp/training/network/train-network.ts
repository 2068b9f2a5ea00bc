import type { ConlluSentence } from '../../src/conllu/conllu.ts';
import type { Upos } from '../../src/document.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import { writeModelFile } from '../../src/model/model-file.ts';
import { FeatureIndex } from '../../src/network/feature-index.ts';
import { FloatMatrix } from '../../src/network/matrix.ts';
import { quantizeNetwork } from '../../src/network/network-model.ts';
import {
  type DenseWeights,
  denseWeights,
  layerWidth,
  matrixSizes,
  type NetworkShape,
  nameMatrices,
} from '../../src/network/tensors.ts';
import { collectFeatures, collectLabels, type Example, toExamples } from './examples.ts';
import { type BatchLoss, backpropagate, type Dropout, type Pass } from './gradient.ts';
import { seededRandom, shuffled } from './random.ts';

export interface NetworkTrainingOptions {
  readonly epochs: number;
  readonly batchTokens: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly size: Pick<NetworkShape, 'embedding' | 'hidden' | 'layers' | 'arc' | 'label'>;
  readonly dropout: Dropout;
  /** A word's own feature is hidden with probability `wordDropout / (wordDropout + count)`. */
  readonly wordDropout: number;
  readonly memoryMegabytes: number;
  /** Called after each epoch with the mean losses; `snapshot` is the model file as it stands. */
  readonly onEpoch?: (epoch: number, loss: BatchLoss, snapshot: () => Uint8Array) => Promise<void> | void;
}

const BETA1 = 0.9;
const BETA2 = 0.95;
const EPSILON = 1e-6;
const MAX_FORGET_BIAS = 2.5;
const MAX_GRADIENT_NORM = 5;

const padded = (count: number): number => (count + 7) & ~7;

/** Trains the tagger and parser on `sentences`; the same input and options give the same bytes. */
export async function trainNetwork(
  sentences: readonly ConlluSentence[],
  options: NetworkTrainingOptions,
): Promise<Uint8Array> {
  const kernels = await loadKernels(options.memoryMegabytes);
  const { hashes, counts } = collectFeatures(sentences);
  const labels = collectLabels(sentences);
  const examples = toExamples(sentences, new FeatureIndex(hashes), labels);
  const shape: NetworkShape = {
    ...options.size,
    features: hashes.length,
    tags: padded(labels.upos.length + labels.xpos.length),
    labels: padded(labels.deprel.length),
  };
  const random = seededRandom(options.seed);
  const state = createState(kernels, shape, random);
  const pass: Pass = {
    kernels,
    shape,
    weights: {
      matrices: nameMatrices(
        shape,
        matrixSizes(shape).map(({ rows }, i) => new FloatMatrix(kernels, allMatrices(state.weights)[i]!, rows)),
      ),
      vectors: state.weights.vectors,
    },
    dense: state.weights,
    gradient: state.gradient,
    counts: { upos: labels.upos.length, xpos: labels.xpos.length, deprel: labels.deprel.length },
    dropout: options.dropout,
    random,
  };
  const snapshot = (): Uint8Array =>
    writeModelFile(
      quantizeNetwork({ shape, ...labels, upos: labels.upos as Upos[] }, hashes, state.embeddings, state.weights),
    );
  const batchesOf = (): Example[][] => toBatches(shuffled(examples, random), options.batchTokens);
  const steps = batchesOf().length * options.epochs;
  let step = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const total = { arc: 0, label: 0, tag: 0 };
    const batches = batchesOf();
    for (const batch of batches) {
      const loss = trainBatch(pass, state, batch, counts, options, learningRateAt(step++, steps, options.learningRate));
      total.arc += loss.arc / batches.length;
      total.label += loss.label / batches.length;
      total.tag += loss.tag / batches.length;
    }
    await options.onEpoch?.(epoch, total, snapshot);
  }
  return snapshot();
}

/** Rises for the first 2 % of the steps, then falls along a cosine to nothing. */
function learningRateAt(step: number, steps: number, peak: number): number {
  const warmup = steps * 0.02;
  if (step < warmup) return (peak * (step + 1)) / warmup;
  return peak * 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)));
}

interface TrainingState {
  readonly weights: DenseWeights;
  readonly gradient: DenseWeights;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly embeddings: Float32Array;
  readonly embeddingGradient: Float32Array;
  readonly embeddingFirst: Float32Array;
  readonly embeddingSecond: Float32Array;
  steps: number;
}

const allMatrices = ({ matrices: { input, project, arc, label } }: DenseWeights): Float32Array[] => [
  ...input,
  project,
  arc,
  label,
];

function createState(kernels: Kernels, shape: NetworkShape, random: () => number): TrainingState {
  const { workspace } = kernels;
  const weights = denseWeights(shape, workspace);
  const gradient = denseWeights(shape, workspace);
  gradient.all.fill(0);
  const embeddingSize = shape.features * shape.embedding;
  const state = {
    weights,
    gradient,
    first: workspace.floats(weights.all.length).fill(0),
    second: workspace.floats(weights.all.length).fill(0),
    embeddings: workspace.floats(embeddingSize),
    embeddingGradient: workspace.floats(embeddingSize).fill(0),
    embeddingFirst: workspace.floats(embeddingSize).fill(0),
    embeddingSecond: workspace.floats(embeddingSize).fill(0),
    steps: 0,
  };
  initialize(shape, weights, random);
  fillUniform(state.embeddings, 0.3, random);
  return state;
}

function initialize(shape: NetworkShape, weights: DenseWeights, random: () => number): void {
  const { hidden, label, arc } = shape;
  const { matrices, vectors } = weights;
  weights.all.fill(0);
  matrices.input.forEach((matrix, layer) => {
    fillUniform(matrix, Math.sqrt(3 / (matrix.length / layerWidth(shape, layer))), random);
  });
  for (const recurrent of vectors.recurrent) initializeRecurrent(recurrent, hidden, random);
  fillUniform(matrices.project, Math.sqrt(3 / (2 * hidden)), random);
  fillUniform(matrices.arc, Math.sqrt(1 / arc), random);
  fillUniform(matrices.label, Math.sqrt(3 / label), random);
  fillUniform(vectors.rootArc, 0.5, random);
  fillUniform(vectors.rootLabel, 0.5, random);
}

/** State weights near 0; forget biases spread out, so that units begin with memories of different length. */
function initializeRecurrent(recurrent: Float32Array, hidden: number, random: () => number): void {
  for (let direction = 0; direction < 2; direction++) {
    const at = direction * 4 * hidden;
    fillUniform(recurrent.subarray(at, at + 2 * hidden), 0.1, random);
    for (let i = 0; i < hidden; i++) recurrent[at + 2 * hidden + i] = (MAX_FORGET_BIAS * i) / hidden;
  }
}

function fillUniform(values: Float32Array, bound: number, random: () => number): void {
  for (let i = 0; i < values.length; i++) values[i] = (2 * random() - 1) * bound;
}

function toBatches(examples: readonly Example[], batchTokens: number): Example[][] {
  const batches: Example[][] = [];
  let tokens = Infinity;
  for (const example of examples) {
    if (tokens + example.length > batchTokens) {
      batches.push([]);
      tokens = 0;
    }
    batches.at(-1)!.push(example);
    tokens += example.length;
  }
  return batches;
}

function trainBatch(
  pass: Pass,
  state: TrainingState,
  batch: readonly Example[],
  counts: Int32Array,
  options: NetworkTrainingOptions,
  rate: number,
): BatchLoss {
  const { workspace } = pass.kernels;
  const mark = workspace.mark();
  const bags = batch.flatMap((example) => example.features.map((ids, i) => hideWord(ids, example.hasWord[i] === 1)));
  const embedded = embed(pass, state, bags);
  const { loss, dEmbedded } = backpropagate(pass, batch, embedded);
  const touched = spread(pass.shape, state, bags, dEmbedded);
  update(pass, state, touched, rate);
  workspace.release(mark);
  return loss;

  function hideWord(ids: Int32Array, hasWord: boolean): Int32Array {
    if (!hasWord) return ids;
    const share = options.wordDropout / (options.wordDropout + counts[ids[0]!]!);
    return pass.random() < share ? ids.subarray(1) : ids;
  }
}

function embed({ kernels, shape }: Pass, { embeddings }: TrainingState, bags: readonly Int32Array[]): Float32Array {
  const size = shape.embedding;
  const embedded = kernels.workspace.floats(bags.length * size).fill(0);
  bags.forEach((ids, i) => {
    for (const id of ids) for (let j = 0; j < size; j++) embedded[i * size + j]! += embeddings[id * size + j]!;
  });
  return embedded;
}

/** Adds the words' gradient to their features'; returns the features touched. */
function spread(
  shape: NetworkShape,
  { embeddingGradient }: TrainingState,
  bags: readonly Int32Array[],
  dEmbedded: Float32Array,
): Set<number> {
  const size = shape.embedding;
  const touched = new Set<number>();
  bags.forEach((ids, i) => {
    for (const id of ids) {
      touched.add(id);
      for (let j = 0; j < size; j++) embeddingGradient[id * size + j]! += dEmbedded[i * size + j]!;
    }
  });
  return touched;
}

/** Adam on all dense weights and on the touched embeddings, the dense gradient clipped by its norm. */
function update({ kernels, shape }: Pass, state: TrainingState, touched: Set<number>, rate: number): void {
  state.steps++;
  const corrected = (rate * Math.sqrt(1 - BETA2 ** state.steps)) / (1 - BETA1 ** state.steps);
  let square = 0;
  for (const value of state.gradient.all) square += value * value;
  const norm = Math.sqrt(square);
  if (norm > MAX_GRADIENT_NORM) {
    const scale = MAX_GRADIENT_NORM / norm;
    for (let i = 0; i < state.gradient.all.length; i++) state.gradient.all[i]! *= scale;
  }
  const { weights, gradient, first, second } = state;
  kernels.adam(
    weights.all.byteOffset,
    gradient.all.byteOffset,
    first.byteOffset,
    second.byteOffset,
    weights.all.length,
    corrected,
    BETA1,
    BETA2,
    EPSILON,
  );
  for (const id of touched) {
    const at = 4 * id * shape.embedding;
    kernels.adam(
      state.embeddings.byteOffset + at,
      state.embeddingGradient.byteOffset + at,
      state.embeddingFirst.byteOffset + at,
      state.embeddingSecond.byteOffset + at,
      shape.embedding,
      corrected,
      BETA1,
      BETA2,
      EPSILON,
    );
  }
}
