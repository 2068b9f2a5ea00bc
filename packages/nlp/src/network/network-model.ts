import type { Upos } from '../document.ts';
import { type ModelFile, readModelFile } from '../model/model-file.ts';
import { FeatureIndex } from './feature-index.ts';
import type { NetworkShape } from './tensors.ts';

/** The network as stored: embeddings in 8 bits with a scale a row, dense weights in 16 bits with a scale a tensor. */
export interface NetworkModel {
  readonly shape: NetworkShape;
  readonly upos: readonly Upos[];
  readonly xpos: readonly string[];
  readonly deprel: readonly string[];
  readonly index: FeatureIndex;
  /** features × embedding. */
  readonly embeddings: Int8Array;
  readonly embeddingScales: Float32Array;
  /** All dense weights, in the order of `denseTensors`. */
  readonly dense: Int16Array;
  /** One scale for each run of {@link DENSE_RUN} dense weights. */
  readonly denseScales: Float32Array;
}

/** Dense weights are scaled in runs of this many. */
export const DENSE_RUN = 64;

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
    dense: arrays.dense as Int16Array,
    denseScales: arrays.denseScales as Float32Array,
  };
}

/** Rounds trained weights to their stored form. */
export function quantizeNetwork(
  meta: Pick<NetworkModel, 'shape' | 'upos' | 'xpos' | 'deprel'>,
  hashes: Int32Array,
  embeddings: Float32Array,
  dense: Float32Array,
): ModelFile {
  const rows = quantizeRuns(embeddings, meta.shape.embedding, 127, (size) => new Int8Array(size));
  const runs = quantizeRuns(dense, DENSE_RUN, 32_767, (size) => new Int16Array(size));
  return {
    meta: { shape: meta.shape, upos: meta.upos, xpos: meta.xpos, deprel: meta.deprel },
    arrays: {
      hashes,
      embeddings: rows.values,
      embeddingScales: rows.scales,
      dense: runs.values,
      denseScales: runs.scales,
    },
  };
}

function quantizeRuns<T extends Int8Array | Int16Array>(
  weights: Float32Array,
  run: number,
  limit: number,
  create: (size: number) => T,
): { values: T; scales: Float32Array } {
  const values = create(weights.length);
  const scales = new Float32Array(Math.ceil(weights.length / run));
  for (let r = 0; r < scales.length; r++) {
    const part = weights.subarray(r * run, (r + 1) * run);
    const max = part.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    scales[r] = max / limit;
    if (max > 0) for (let i = 0; i < part.length; i++) values[r * run + i] = Math.round((part[i]! / max) * limit);
  }
  return { values, scales };
}
