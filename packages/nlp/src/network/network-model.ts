import type { Upos } from '../document.ts';
import { type ModelFile, readModelFile } from '../model/model-file.ts';
import { FeatureIndex } from './feature-index.ts';
import { type QuantizedMatrix, quantizeMatrix } from './matrix.ts';
import { type DenseWeights, matrixSizes, type NetworkShape } from './tensors.ts';

/** The network as stored: embeddings in 8 bits with a scale a row, matrices in 12 bits with a scale a column. */
export interface NetworkModel {
  readonly shape: NetworkShape;
  readonly upos: readonly Upos[];
  readonly xpos: readonly string[];
  readonly deprel: readonly string[];
  readonly index: FeatureIndex;
  /** features × embedding. */
  readonly embeddings: Int8Array;
  readonly embeddingScales: Float32Array;
  /** In the order of `matrixSizes`. */
  readonly matrices: readonly QuantizedMatrix[];
  /** All vectors, as `nameVectors` has them. */
  readonly vectors: Float32Array;
}

export function readNetworkModel(bytes: Uint8Array): NetworkModel {
  const { meta, arrays } = readModelFile(bytes);
  const { shape, upos, xpos, deprel } = meta as unknown as Pick<NetworkModel, 'shape' | 'upos' | 'xpos' | 'deprel'>;
  return {
    shape,
    upos,
    xpos,
    deprel,
    index: new FeatureIndex(arrays.hashes as Int32Array),
    embeddings: arrays.embeddings as Int8Array,
    embeddingScales: arrays.embeddingScales as Float32Array,
    matrices: matrixSizes(shape).map((_, i) => ({
      values: arrays[`matrix${i}`] as Int16Array,
      scales: arrays[`matrixScales${i}`] as Float32Array,
    })),
    vectors: arrays.vectors as Float32Array,
  };
}

/** Rounds trained weights to their stored form. */
export function quantizeNetwork(
  meta: Pick<NetworkModel, 'shape' | 'upos' | 'xpos' | 'deprel'>,
  hashes: Int32Array,
  embeddings: Float32Array,
  { matrices, allVectors }: DenseWeights,
): ModelFile {
  const rows = quantizeRows(embeddings, meta.shape.embedding);
  const ordered = [...matrices.input, matrices.project, matrices.arc, matrices.label];
  const stored = ordered.map((weights, i) => quantizeMatrix(weights, matrixSizes(meta.shape)[i]!.rows));
  return {
    meta: { shape: meta.shape, upos: meta.upos, xpos: meta.xpos, deprel: meta.deprel },
    arrays: {
      hashes,
      embeddings: rows.values,
      embeddingScales: rows.scales,
      ...Object.fromEntries(stored.map(({ values }, i) => [`matrix${i}`, values])),
      ...Object.fromEntries(stored.map(({ scales }, i) => [`matrixScales${i}`, scales])),
      vectors: allVectors.slice(),
    },
  };
}

const MAX_EMBEDDING = 127;

/** Rounds each row to 8 bits by the scale its largest value needs. */
function quantizeRows(values: Float32Array, width: number): { values: Int8Array; scales: Float32Array } {
  const rounded = new Int8Array(values.length);
  const scales = new Float32Array(values.length / width);
  for (let r = 0; r < scales.length; r++) {
    let most = 0;
    for (let i = r * width; i < (r + 1) * width; i++) most = Math.max(most, Math.abs(values[i]!));
    scales[r] = most / MAX_EMBEDDING;
    if (most === 0) continue;
    for (let i = r * width; i < (r + 1) * width; i++) rounded[i] = Math.round((values[i]! / most) * MAX_EMBEDDING);
  }
  return { values: rounded, scales };
}
