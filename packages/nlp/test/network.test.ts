import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernels, loadKernels } from '../src/kernels/kernels.ts';
import { KERNELS_SOURCE_SHA256 } from '../src/kernels/kernels-wasm.ts';
import { FeatureIndex } from '../src/network/feature-index.ts';
import { FloatMatrix, IntegerMatrix, quantizeMatrix } from '../src/network/matrix.ts';
import { Network } from '../src/network/network.ts';
import { denseWeights, matrixSizes, type NetworkShape, nameMatrices } from '../src/network/tensors.ts';
import type { Example } from '../training/network/examples.ts';
import { backpropagate, type Pass } from '../training/network/gradient.ts';
import { seededRandom } from '../training/network/random.ts';
import { type NetworkTrainingOptions, trainNetwork } from '../training/network/train-network.ts';
import { tinyTreebank } from './tiny-treebank.ts';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels(64);
});

describe('kernels', () => {
  test('the compiled module is made from the source beside it', () => {
    const source = readFileSync(new URL('../assembly/kernels.ts', import.meta.url));
    expect(createHash('sha256').update(source).digest('hex')).toBe(KERNELS_SOURCE_SHA256);
  });

  test.each([
    [1, 8, 8],
    [5, 16, 24],
    [131, 40, 16],
  ])('products of %i × %i and %i columns agree with plain loops', (m, k, n) => {
    const random = seededRandom(m);
    const { workspace } = kernels;
    const rows = workspace.floats(m * k);
    const weights = workspace.floats(k * n);
    for (let i = 0; i < rows.length; i++) rows[i] = random() - 0.5;
    for (let i = 0; i < weights.length; i++) weights[i] = random() - 0.5;
    const exact = Float64Array.from({ length: m * n }, (_, at) => {
      let sum = 0;
      for (let t = 0; t < k; t++) sum += rows[Math.floor(at / n) * k + t]! * weights[t * n + (at % n)]!;
      return sum;
    });
    const floats = workspace.floats(m * n).fill(0);
    new FloatMatrix(kernels, weights, k).addProduct(rows, floats, m);
    const integers = workspace.floats(m * n).fill(0);
    new IntegerMatrix(kernels, quantizeMatrix(weights, k)).addProduct(rows, integers, m);
    exact.forEach((value, i) => {
      expect(floats[i]).toBeCloseTo(value, 4);
      expect(Math.abs(integers[i]! - value)).toBeLessThan(0.003);
    });
  });
});

describe('gradient', () => {
  test('agrees with finite differences', () => {
    const { pass, batch, embedded } = setup();
    const loss = (): number => {
      const mark = kernels.workspace.mark();
      const { arc, label, tag } = backpropagate(pass, batch, embedded).loss;
      kernels.workspace.release(mark);
      return (arc + label + tag) / embedded.length;
    };
    loss();
    const analytic = pass.gradient.all.slice();
    const weights = pass.dense.all;
    const random = seededRandom(9);
    const step = 1e-2;
    for (let k = 0; k < 150; k++) {
      const i = Math.floor(random() * weights.length);
      const kept = weights[i]!;
      weights[i] = kept + step;
      const above = loss();
      weights[i] = kept - step;
      const below = loss();
      weights[i] = kept;
      expect(Math.abs((above - below) / (2 * step) - analytic[i]! / SHAPE.embedding)).toBeLessThan(1e-5);
    }
  });

  const SHAPE: NetworkShape = {
    features: 1,
    embedding: 8,
    hidden: 8,
    layers: 2,
    arc: 8,
    label: 8,
    tags: 8,
    labels: 8,
  };

  function setup(): { pass: Pass; batch: Example[]; embedded: Float32Array } {
    const random = seededRandom(3);
    const dense = denseWeights(SHAPE, kernels.workspace);
    const gradient = denseWeights(SHAPE, kernels.workspace);
    for (let i = 0; i < dense.all.length; i++) dense.all[i] = (random() - 0.5) * 1.2;
    gradient.all.fill(0);
    const ordered = [...dense.matrices.input, dense.matrices.project, dense.matrices.arc, dense.matrices.label];
    const matrices = matrixSizes(SHAPE).map(({ rows }, i) => new FloatMatrix(kernels, ordered[i]!, rows));
    const batch = [5, 3].map((length) => exampleOf(length, random));
    const embedded = kernels.workspace.floats(8 * SHAPE.embedding);
    for (let i = 0; i < embedded.length; i++) embedded[i] = random() - 0.5;
    const weights = { vectors: dense.vectors, matrices: nameMatrices(SHAPE, matrices) };
    const counts = { upos: 3, xpos: 4, deprel: 5 };
    const dropout = { embedding: 0, layer: 0, encoded: 0, head: 0 };
    return { pass: { kernels, shape: SHAPE, weights, dense, gradient, counts, dropout, random }, batch, embedded };
  }

  function exampleOf(length: number, random: () => number): Example {
    const below = (count: number): Uint8Array => Uint8Array.from({ length }, () => random() * count);
    return {
      length,
      features: [],
      hasWord: new Uint8Array(length),
      upos: below(3),
      xpos: below(4),
      heads: Int32Array.from({ length }, (_, i) => i - 1),
      labels: below(5),
    };
  }
});

describe('training', () => {
  const options: NetworkTrainingOptions = {
    epochs: 12,
    batchTokens: 40,
    learningRate: 1e-2,
    seed: 7,
    size: { embedding: 16, hidden: 16, layers: 2, arc: 16, label: 16 },
    dropout: { embedding: 0.1, layer: 0.1, encoded: 0.1, head: 0.1 },
    wordDropout: 1,
    memoryMegabytes: 32,
  };

  test('repeats bit for bit, and another seed gives other weights', async () => {
    const first = await trainNetwork(tinyTreebank(10), options);
    expect(await trainNetwork(tinyTreebank(10), options)).toEqual(first);
    expect(await trainNetwork(tinyTreebank(10), { ...options, seed: 8 })).not.toEqual(first);
  });

  test('learns what it is shown', async () => {
    const gold = tinyTreebank(1);
    const network = await Network.load(await trainNetwork(tinyTreebank(30), options));
    const found = network.analyze(gold.map(({ words }) => words.map((word) => word.form)));
    const { upos, deprel } = network.model;
    gold.forEach(({ words }, k) => {
      expect([...found[k]!.heads]).toEqual(words.map((word) => word.head - 1));
      expect([...found[k]!.upos].map((tag) => upos[tag])).toEqual(words.map((word) => word.upos));
      expect([...found[k]!.labels].map((label) => deprel[label])).toEqual(words.map((word) => word.deprel));
    });
  });
});

test('feature numbers are found again, and only they', () => {
  const random = seededRandom(1);
  const hashes = Int32Array.from(new Set(Array.from({ length: 5000 }, () => (random() * 2 ** 32) | 0)));
  const index = new FeatureIndex(hashes);
  hashes.forEach((hash, id) => {
    expect(index.find(hash)).toBe(id);
  });
  const known = new Set(hashes);
  for (let i = 0; i < 1000; i++) {
    const hash = (random() * 2 ** 32) | 0;
    if (!known.has(hash)) expect(index.find(hash)).toBe(-1);
  }
});
