import type { Kernels } from '../../src/kernels/kernels.ts';
import { multiply, transpose } from '../../src/kernels/matrix.ts';
import {
  type ArcVectors,
  arcStride,
  project,
  projectionColumns,
  scoreArcs,
  scoreLabels,
} from '../../src/network/heads.ts';
import { layerActivations, passages, runRecurrence } from '../../src/network/recurrent-layer.ts';
import {
  type DenseWeights,
  layerWidth,
  type NetworkShape,
  type NetworkWeights,
  projectionWidth,
} from '../../src/network/tensors.ts';
import type { Example } from './examples.ts';

/** Shares of units hidden at random in training. */
export interface Dropout {
  readonly embedding: number;
  /** Of a recurrent layer's input, the same units for all tokens of a sentence. */
  readonly layer: number;
  /** Of the encoder's output. */
  readonly encoded: number;
  /** Of arc vectors and label hidden units. */
  readonly head: number;
}

/** Sums over a batch. */
export interface BatchLoss {
  readonly arc: number;
  readonly label: number;
  readonly tag: number;
}

/** Everything one pass over a batch needs. */
export interface Pass {
  readonly kernels: Kernels;
  readonly shape: NetworkShape;
  /** The weights as the network reads them, and the same as runs of floats. */
  readonly weights: NetworkWeights;
  readonly dense: DenseWeights;
  readonly gradient: DenseWeights;
  readonly counts: { readonly upos: number; readonly xpos: number; readonly deprel: number };
  readonly dropout: Dropout;
  readonly random: () => number;
}

/**
 * Runs the network over a batch, adds the gradient of the mean cross-entropy of heads, labels and tags to `gradient`
 * and returns the gradient of the embedded words (tokens × embedding), valid until the workspace is next used.
 */
export function backpropagate(
  pass: Pass,
  batch: readonly Example[],
  embedded: Float32Array,
): { loss: BatchLoss; dEmbedded: Float32Array } {
  const { kernels, shape, weights, dropout } = pass;
  const lengths = batch.map((example) => example.length);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const encoder = runEncoder(pass, lengths, tokens, embedded);
  const encodedMask = elementMask(pass, tokens * 2 * shape.hidden, dropout.encoded);
  const encoded = multiplyInto(kernels, encoder.out, encodedMask);
  const projected = project(kernels, shape, weights, encoded, tokens);
  const projectedMask = headMask(pass, tokens);
  scale(projected, projectedMask);
  const dProjected = kernels.workspace.floats(projected.length).fill(0);
  const mark = kernels.workspace.mark();
  const loss = {
    arc: arcGradient(pass, batch, projected, dProjected, tokens),
    label: labelGradient(pass, batch, projected, dProjected, tokens),
    tag: tagGradient(pass, batch, projected, dProjected, tokens),
  };
  kernels.workspace.release(mark);
  rectifierGradient(shape, projected, dProjected, projectedMask, tokens);
  const dEncoded = projectionGradient(pass, encoded, dProjected, tokens);
  scale(dEncoded, encodedMask);
  return { loss, dEmbedded: encoderGradient(pass, lengths, tokens, encoder, dEncoded) };
}

type Layer = {
  readonly input: Float32Array;
  readonly masked: Float32Array;
  readonly mask: Float32Array;
  readonly activations: ReturnType<typeof layerActivations>;
};

type EncoderRun = { readonly layers: readonly Layer[]; readonly out: Float32Array };

function runEncoder(pass: Pass, lengths: readonly number[], tokens: number, embedded: Float32Array): EncoderRun {
  const { kernels, shape, weights, dropout } = pass;
  const layers: Layer[] = [];
  let input = embedded;
  for (let layer = 0; layer < shape.layers; layer++) {
    const width = input.length / tokens;
    const mask =
      layer === 0
        ? elementMask(pass, input.length, dropout.embedding)
        : sentenceMask(pass, lengths, width, dropout.layer);
    const masked = multiplyInto(kernels, input, mask);
    const activations = layerActivations(kernels, shape, layer, tokens);
    weights.matrices.input[layer]!.addProduct(masked, activations.u.fill(0), tokens);
    runRecurrence(kernels, shape, weights.vectors, layer, activations, input, lengths);
    layers.push({ input, masked, mask, activations });
    input = activations.out;
  }
  return { layers, out: input };
}

function encoderGradient(
  pass: Pass,
  lengths: readonly number[],
  tokens: number,
  { layers }: EncoderRun,
  dEncoded: Float32Array,
): Float32Array {
  const { kernels, shape, dense, gradient } = pass;
  let dOut = dEncoded;
  for (let layer = shape.layers - 1; layer >= 0; layer--) {
    const { input, masked, mask, activations } = layers[layer]!;
    const { hidden } = shape;
    const columns = layerWidth(shape, layer);
    const inputs = input.length / tokens;
    const du = kernels.workspace.floats(tokens * columns);
    const dHighway = kernels.workspace.floats(tokens * 2 * hidden);
    const carry = kernels.workspace.floats(hidden);
    for (const p of passages(shape, dense.vectors, layer, activations, input, lengths)) {
      const at = p.out - activations.out.byteOffset;
      const duAt = du.byteOffset + (p.u - activations.u.byteOffset);
      kernels.sruBackward(
        p.u,
        p.uRow,
        p.highway,
        p.highwayRow,
        p.parameters,
        p.states,
        dOut.byteOffset + at,
        p.outRow,
        duAt,
        p.uRow,
        layer === 0 ? duAt + 4 * 3 * hidden : dHighway.byteOffset + at,
        layer === 0 ? p.uRow : p.outRow,
        gradient.vectors.recurrent[layer]!.byteOffset + (p.parameters - dense.vectors.recurrent[layer]!.byteOffset),
        carry.fill(0).byteOffset,
        p.steps,
        hidden,
        p.reverse,
      );
    }
    addProduct(kernels, masked, du, gradient.matrices.input[layer]!, tokens, inputs, columns);
    const dInput = productWithTransposed(kernels, du, dense.matrices.input[layer]!, tokens, columns, inputs);
    scale(dInput, mask);
    if (layer > 0) for (let i = 0; i < dInput.length; i++) dInput[i]! += dHighway[i]!;
    dOut = dInput;
  }
  return dOut;
}

/** gradient (k×n) += inputᵀ (k×m) · dOutput (m×n). */
function addProduct(
  kernels: Kernels,
  input: Float32Array,
  dOutput: Float32Array,
  gradient: Float32Array,
  m: number,
  k: number,
  n: number,
): void {
  kernels.gemm(input.byteOffset, 4, 4 * k, dOutput.byteOffset, 4 * n, gradient.byteOffset, 4 * n, k, n, m, true);
}

/** dOutput (m×n) · weightsᵀ (n×k), for weights k×n. */
function productWithTransposed(
  kernels: Kernels,
  dOutput: Float32Array,
  weights: Float32Array,
  m: number,
  n: number,
  k: number,
): Float32Array {
  const result = kernels.workspace.floats(m * k);
  const transposed = kernels.workspace.floats(n * k);
  transpose(weights, transposed, n, k);
  multiply(kernels, dOutput, transposed, result, m, k, n);
  return result;
}

function projectionGradient(pass: Pass, encoded: Float32Array, dProjected: Float32Array, tokens: number): Float32Array {
  const { kernels, shape, dense, gradient } = pass;
  const width = projectionWidth(shape);
  addProduct(kernels, encoded, dProjected, gradient.matrices.project, tokens, 2 * shape.hidden, width);
  addColumnSums(dProjected, gradient.vectors.projectBias, tokens, width);
  return productWithTransposed(kernels, dProjected, dense.matrices.project, tokens, width, 2 * shape.hidden);
}

/** Arc vectors were rectified, then masked: a unit at 0 passes nothing back. */
function rectifierGradient(
  shape: NetworkShape,
  projected: Float32Array,
  dProjected: Float32Array,
  mask: Float32Array,
  tokens: number,
): void {
  const width = projectionWidth(shape);
  for (let i = 0; i < tokens; i++) {
    for (let j = i * width; j < i * width + 2 * shape.arc; j++) if (projected[j]! <= 0) dProjected[j] = 0;
  }
  scale(dProjected, mask);
}

function arcGradient(
  pass: Pass,
  batch: readonly Example[],
  projected: Float32Array,
  dProjected: Float32Array,
  tokens: number,
): number {
  let first = 0;
  let loss = 0;
  for (const { length, heads } of batch) {
    const mark = pass.kernels.workspace.mark();
    const arcs = scoreArcs(pass.kernels, pass.shape, pass.weights, projected, first, length);
    loss += headLoss(arcs.scores, heads, length, tokens);
    sentenceArcGradient(pass, arcs, dProjected, first, length);
    pass.kernels.workspace.release(mark);
    first += length;
  }
  return loss;
}

/** Replaces scores by their gradient. */
function headLoss(scores: Float32Array, heads: Int32Array, length: number, tokens: number): number {
  const stride = arcStride(length);
  let loss = 0;
  for (let i = 0; i < length; i++) {
    const row = scores.subarray(i * stride, (i + 1) * stride);
    row[i + 1] = -1e9;
    loss += crossEntropy(row, length + 1, heads[i]! + 1, 1 / tokens);
    row.fill(0, length + 1);
    row[i + 1] = 0;
  }
  return loss;
}

function sentenceArcGradient(
  pass: Pass,
  { queries, heads, scores, dependents }: ArcVectors & { readonly dependents: Float32Array },
  dProjected: Float32Array,
  first: number,
  length: number,
): void {
  const { kernels, shape, dense, gradient } = pass;
  const { arc } = shape;
  const width = projectionWidth(shape);
  const stride = arcStride(length);
  const dQueries = kernels.workspace.floats(length * arc);
  kernels.gemm(
    scores.byteOffset,
    4 * stride,
    4,
    heads.byteOffset,
    4 * arc,
    dQueries.byteOffset,
    4 * arc,
    length,
    arc,
    length + 1,
    false,
  );
  const dHeads = kernels.workspace.floats((length + 1) * arc);
  kernels.gemm(
    scores.byteOffset,
    4,
    4 * stride,
    queries.byteOffset,
    4 * arc,
    dHeads.byteOffset,
    4 * arc,
    length + 1,
    arc,
    length,
    false,
  );
  addProduct(kernels, dependents, dQueries, gradient.matrices.arc, length, arc, arc);
  addColumnSums(dQueries, gradient.vectors.arcBias, length, arc);
  const dDependents = productWithTransposed(kernels, dQueries, dense.matrices.arc, length, arc, arc);
  for (let unit = 0; unit < arc; unit++) gradient.vectors.rootArc[unit]! += dHeads[unit]!;
  for (let i = 0; i < length; i++) {
    const row = (first + i) * width;
    for (let unit = 0; unit < arc; unit++) {
      dProjected[row + unit]! += dDependents[i * arc + unit]!;
      dProjected[row + arc + unit]! += dHeads[(i + 1) * arc + unit]!;
    }
  }
}

function labelGradient(
  pass: Pass,
  batch: readonly Example[],
  projected: Float32Array,
  dProjected: Float32Array,
  tokens: number,
): number {
  const { kernels, shape, weights, dense, gradient, counts } = pass;
  const heads = batchHeads(batch, tokens);
  const { hidden, scores } = scoreLabels(kernels, shape, weights, projected, heads, tokens);
  const mask = elementMask(pass, hidden.length, pass.dropout.head);
  scale(hidden, mask);
  for (let i = 0; i < tokens; i++) scores.set(dense.vectors.labelBias, i * shape.labels);
  weights.matrices.label.addProduct(hidden, scores, tokens);
  let loss = 0;
  let at = 0;
  for (const { labels } of batch) {
    for (const label of labels) {
      const row = scores.subarray(at * shape.labels, (at + 1) * shape.labels);
      loss += crossEntropy(row, counts.deprel, label, 1 / tokens);
      row.fill(0, counts.deprel);
      at++;
    }
  }
  addProduct(kernels, hidden, scores, gradient.matrices.label, tokens, shape.label, shape.labels);
  addColumnSums(scores, gradient.vectors.labelBias, tokens, shape.labels);
  const dHidden = productWithTransposed(kernels, scores, dense.matrices.label, tokens, shape.labels, shape.label);
  scale(dHidden, mask);
  const width = projectionWidth(shape);
  const { labelDependent, labelHead } = projectionColumns(shape);
  for (let i = 0; i < tokens; i++) {
    const head = heads[i]!;
    const target = head < 0 ? gradient.vectors.rootLabel : dProjected;
    const at = head < 0 ? 0 : head * width + labelHead;
    for (let unit = 0; unit < shape.label; unit++) {
      if (hidden[i * shape.label + unit]! <= 0) continue;
      const d = dHidden[i * shape.label + unit]!;
      dProjected[i * width + labelDependent + unit]! += d;
      target[at + unit]! += d;
    }
  }
  return loss;
}

/** Gold heads as positions in the batch. */
function batchHeads(batch: readonly Example[], tokens: number): Int32Array {
  const all = new Int32Array(tokens);
  let first = 0;
  for (const { heads, length } of batch) {
    for (let i = 0; i < length; i++) all[first + i] = heads[i]! < 0 ? -1 : first + heads[i]!;
    first += length;
  }
  return all;
}

function tagGradient(
  { shape, counts }: Pass,
  batch: readonly Example[],
  projected: Float32Array,
  dProjected: Float32Array,
  tokens: number,
): number {
  const width = projectionWidth(shape);
  const column = projectionColumns(shape).tags;
  let loss = 0;
  let at = 0;
  for (const example of batch) {
    for (let i = 0; i < example.length; i++) {
      const from = at * width + column;
      const row = dProjected.subarray(from, from + counts.upos + counts.xpos);
      row.set(projected.subarray(from, from + counts.upos + counts.xpos));
      loss += crossEntropy(row.subarray(0, counts.upos), counts.upos, example.upos[i]!, 1 / tokens);
      loss += crossEntropy(row.subarray(counts.upos), counts.xpos, example.xpos[i]!, 1 / tokens);
      at++;
    }
  }
  return loss;
}

/** Replaces the first `count` scores by `weight` times the gradient of -log softmax at `gold`; returns that loss. */
function crossEntropy(scores: Float32Array, count: number, gold: number, weight: number): number {
  let max = -Infinity;
  for (let i = 0; i < count; i++) if (scores[i]! > max) max = scores[i]!;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(scores[i]! - max);
  const loss = Math.log(sum) + max - scores[gold]!;
  for (let i = 0; i < count; i++) scores[i] = (Math.exp(scores[i]! - max) / sum) * weight;
  scores[gold]! -= weight;
  return loss;
}

function addColumnSums(matrix: Float32Array, sums: Float32Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j]! += matrix[i * columns + j]!;
}

/** 0 for hidden units, 1 / (1 - share) for the others. */
function elementMask({ kernels, random }: Pass, size: number, share: number): Float32Array {
  const mask = kernels.workspace.floats(size);
  if (share === 0) return mask.fill(1);
  const kept = 1 / (1 - share);
  for (let i = 0; i < size; i++) mask[i] = random() < share ? 0 : kept;
  return mask;
}

function sentenceMask(pass: Pass, lengths: readonly number[], width: number, share: number): Float32Array {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const mask = pass.kernels.workspace.floats(tokens * width);
  let first = 0;
  for (const length of lengths) {
    const row = elementMask(pass, width, share);
    for (let i = 0; i < length; i++) mask.set(row, (first + i) * width);
    first += length;
  }
  return mask;
}

/** Masks arc vectors, leaves the rest of the projection. */
function headMask(pass: Pass, tokens: number): Float32Array {
  const { shape, kernels } = pass;
  const width = projectionWidth(shape);
  const mask = kernels.workspace.floats(tokens * width).fill(1);
  const share = pass.dropout.head;
  if (share === 0) return mask;
  const kept = 1 / (1 - share);
  for (let i = 0; i < tokens; i++) {
    for (let j = i * width; j < i * width + 2 * shape.arc; j++) mask[j] = pass.random() < share ? 0 : kept;
  }
  return mask;
}

function multiplyInto(kernels: Kernels, values: Float32Array, mask: Float32Array): Float32Array {
  const result = kernels.workspace.floats(values.length);
  for (let i = 0; i < values.length; i++) result[i] = values[i]! * mask[i]!;
  return result;
}

function scale(values: Float32Array, mask: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i]! *= mask[i]!;
}
