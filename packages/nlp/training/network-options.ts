import type { NetworkTrainingOptions } from './network/train-network.ts';

/** How the published model is trained; docs/EXPERIMENTS.md says what each choice gained. */
export const NETWORK_OPTIONS: NetworkTrainingOptions = {
  epochs: 22,
  batchTokens: 400,
  learningRate: 5e-3,
  seed: 1,
  size: { embedding: 128, hidden: 96, layers: 3, arc: 96, label: 64 },
  dropout: { embedding: 0.15, layer: 0.15, encoded: 0.25, head: 0.15 },
  wordDropout: 1,
  memoryMegabytes: 1024,
};
