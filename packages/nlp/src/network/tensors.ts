import type { Workspace } from '../kernels/workspace.ts';
import type { Matrix } from './matrix.ts';

/** Sizes of the network, all multiples of 8 for the kernels. */
export interface NetworkShape {
  /** Numbered word features. */
  readonly features: number;
  /** Units of a word's embedding. */
  readonly embedding: number;
  /** Units of each direction of each recurrent layer. */
  readonly hidden: number;
  readonly layers: number;
  /** Units of an arc's dependent and head vectors. */
  readonly arc: number;
  /** Units of a label's hidden layer. */
  readonly label: number;
  /** UPOS scores, then XPOS scores, padded. */
  readonly tags: number;
  /** Label scores, padded. */
  readonly labels: number;
}

/** The weights that are added or multiplied unit by unit. */
export interface VectorWeights {
  /** Per recurrent layer and direction: forget and reset state weights, forget and reset biases. */
  readonly recurrent: readonly Float32Array[];
  readonly projectBias: Float32Array;
  /** Bias of each head unit of the biaffine form. */
  readonly arcBias: Float32Array;
  /** The root's arc head vector and label head vector. */
  readonly rootArc: Float32Array;
  readonly rootLabel: Float32Array;
  readonly labelBias: Float32Array;
}

/** The weights that activations are multiplied by as matrices. */
export interface MatrixWeights<M> {
  /** Per recurrent layer: inputs × (both directions' candidate, forget, reset, and in the first layer highway). */
  readonly input: readonly M[];
  /** 2 hidden × (arc dependent, arc head, label dependent, label head, tags). */
  readonly project: M;
  /** arc × arc, the biaffine form (Dozat & Manning 2017). */
  readonly arc: M;
  /** label × labels. */
  readonly label: M;
}

/** What a pass through the network needs. */
export interface NetworkWeights {
  readonly matrices: MatrixWeights<Matrix>;
  readonly vectors: VectorWeights;
}

/** Blocks of a recurrent layer's pre-activations per direction; the first layer learns its highway too. */
export const blocksOf = (layer: number): number => (layer === 0 ? 4 : 3);

/** Columns of a recurrent layer's pre-activations. */
export const layerWidth = (shape: NetworkShape, layer: number): number => 2 * blocksOf(layer) * shape.hidden;

/** Columns of the projection. */
export const projectionWidth = (shape: NetworkShape): number => 2 * shape.arc + 2 * shape.label + shape.tags;

/** Rows (inputs) and columns of each matrix, in the order of {@link matricesOf}. */
export function matrixSizes(shape: NetworkShape): { readonly rows: number; readonly columns: number }[] {
  const layers = Array.from({ length: shape.layers }, (_, layer) => ({
    rows: layer === 0 ? shape.embedding : 2 * shape.hidden,
    columns: layerWidth(shape, layer),
  }));
  return [
    ...layers,
    { rows: 2 * shape.hidden, columns: projectionWidth(shape) },
    { rows: shape.arc, columns: shape.arc },
    { rows: shape.label, columns: shape.labels },
  ];
}

/** Gives matrices in the order of {@link matrixSizes} their names. */
export function nameMatrices<M>(shape: NetworkShape, matrices: readonly M[]): MatrixWeights<M> {
  const [project, arc, label] = matrices.slice(shape.layers) as [M, M, M];
  return { input: matrices.slice(0, shape.layers), project, arc, label };
}

function vectorSizes(shape: NetworkShape): number[] {
  const recurrent = Array.from({ length: shape.layers }, () => 2 * 4 * shape.hidden);
  return [...recurrent, projectionWidth(shape), shape.arc, shape.arc, shape.label, shape.labels];
}

/** Floats of all vectors together. */
const vectorsSize = (shape: NetworkShape): number => sum(vectorSizes(shape));

/** Names the parts of `all`, a run of {@link vectorsSize} floats. */
export function nameVectors(shape: NetworkShape, all: Float32Array): VectorWeights {
  const views = cut(all, vectorSizes(shape));
  const [projectBias, arcBias, rootArc, rootLabel, labelBias] = views.slice(shape.layers) as Five<Float32Array>;
  return { recurrent: views.slice(0, shape.layers), projectBias, arcBias, rootArc, rootLabel, labelBias };
}

type Five<T> = [T, T, T, T, T];

/** All weights but the embeddings as floats in one run of memory, for training. */
export interface DenseWeights {
  readonly all: Float32Array;
  /** The part of `all` that holds the vectors. */
  readonly allVectors: Float32Array;
  readonly matrices: MatrixWeights<Float32Array>;
  readonly vectors: VectorWeights;
}

/** Lays dense weights over `workspace`; their content is left as found. */
export function denseWeights(shape: NetworkShape, workspace: Workspace): DenseWeights {
  const sizes = matrixSizes(shape).map(({ rows, columns }) => rows * columns);
  const all = workspace.floats(sum(sizes) + vectorsSize(shape));
  const allVectors = all.subarray(sum(sizes));
  return {
    all,
    allVectors,
    matrices: nameMatrices(shape, cut(all, sizes)),
    vectors: nameVectors(shape, allVectors),
  };
}

function cut(all: Float32Array, sizes: readonly number[]): Float32Array[] {
  let offset = 0;
  return sizes.map((size) => {
    const view = all.subarray(offset, offset + size);
    offset += size;
    return view;
  });
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
