import type { Kernels } from '../kernels/kernels.ts';
import { multiply } from '../kernels/matrix.ts';
import { type NetworkShape, type NetworkWeights, projectionWidth } from './tensors.ts';

/** Where each kind of vector begins in a row of the projection. */
export function projectionColumns(shape: NetworkShape): {
  readonly arcDependent: number;
  readonly arcHead: number;
  readonly labelDependent: number;
  readonly labelHead: number;
  readonly tags: number;
} {
  const { arc, label } = shape;
  return {
    arcDependent: 0,
    arcHead: arc,
    labelDependent: 2 * arc,
    labelHead: 2 * arc + label,
    tags: 2 * arc + 2 * label,
  };
}

/** tokens × projection: the encoder's output turned into arc and label vectors and tag scores; arc vectors rectified. */
export function project(
  kernels: Kernels,
  shape: NetworkShape,
  { matrices, vectors }: NetworkWeights,
  encoded: Float32Array,
  tokens: number,
): Float32Array {
  const width = projectionWidth(shape);
  const projected = kernels.workspace.floats(tokens * width);
  for (let i = 0; i < tokens; i++) projected.set(vectors.projectBias, i * width);
  matrices.project.addProduct(encoded, projected, tokens);
  for (let i = 0; i < tokens; i++) {
    for (let j = i * width; j < i * width + 2 * shape.arc; j++) if (projected[j]! < 0) projected[j] = 0;
  }
  return projected;
}

/** Row length of the arc scores of a sentence of `length` tokens: the root and each token, padded. */
export const arcStride = (length: number): number => (length + 8) & ~7;

/** The vectors that the arc scores of one sentence are made of. */
export interface ArcVectors {
  /** length × arc: dependents through the biaffine form. */
  readonly queries: Float32Array;
  /** (1 + length) × arc: the root, then each token as a head. */
  readonly heads: Float32Array;
  /** length × stride: scores of the root (column 0) and of token j (column j + 1) as head of each token. */
  readonly scores: Float32Array;
}

/** Scores every head for every token of one sentence; `dependents` and `heads` are length × arc. */
export function scoreArcs(
  kernels: Kernels,
  shape: NetworkShape,
  { matrices, vectors }: NetworkWeights,
  projected: Float32Array,
  first: number,
  length: number,
): ArcVectors & { readonly dependents: Float32Array } {
  const { arc } = shape;
  const width = projectionWidth(shape);
  const { workspace } = kernels;
  const stride = arcStride(length);
  const dependents = workspace.floats(length * arc);
  const heads = workspace.floats((length + 1) * arc);
  const queries = workspace.floats(length * arc);
  const scores = workspace.floats(length * stride);
  const transposed = workspace.floats(arc * stride);
  heads.set(vectors.rootArc, 0);
  for (let i = 0; i < length; i++) {
    const row = (first + i) * width;
    dependents.set(projected.subarray(row, row + arc), i * arc);
    heads.set(projected.subarray(row + arc, row + 2 * arc), (i + 1) * arc);
    queries.set(vectors.arcBias, i * arc);
  }
  matrices.arc.addProduct(dependents, queries, length);
  transposeHeads(heads, transposed, length + 1, arc, stride);
  multiply(kernels, queries, transposed, scores, length, stride, arc);
  return { dependents, queries, heads, scores };
}

function transposeHeads(
  heads: Float32Array,
  transposed: Float32Array,
  rows: number,
  arc: number,
  stride: number,
): void {
  for (let unit = 0; unit < arc; unit++) {
    const at = unit * stride;
    for (let i = 0; i < rows; i++) transposed[at + i] = heads[i * arc + unit]!;
    for (let i = rows; i < stride; i++) transposed[at + i] = 0;
  }
}

/**
 * Label scores of every token under its head (`heads[i]`: -1 is the root, else a token of the same run of tokens).
 * Also returns the hidden layer, tokens × label, rectified.
 */
export function scoreLabels(
  kernels: Kernels,
  shape: NetworkShape,
  { matrices, vectors }: NetworkWeights,
  projected: Float32Array,
  heads: Int32Array,
  tokens: number,
): { readonly hidden: Float32Array; readonly scores: Float32Array } {
  const width = projectionWidth(shape);
  const { labelDependent, labelHead } = projectionColumns(shape);
  const hidden = kernels.workspace.floats(tokens * shape.label);
  const scores = kernels.workspace.floats(tokens * shape.labels);
  for (let i = 0; i < tokens; i++) {
    const from = i * width + labelDependent;
    const head = heads[i]!;
    const source = head < 0 ? vectors.rootLabel : projected;
    const at = head < 0 ? 0 : head * width + labelHead;
    for (let j = 0; j < shape.label; j++)
      hidden[i * shape.label + j] = Math.max(0, projected[from + j]! + source[at + j]!);
    scores.set(vectors.labelBias, i * shape.labels);
  }
  matrices.label.addProduct(hidden, scores, tokens);
  return { hidden, scores };
}
