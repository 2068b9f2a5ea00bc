import { type Kernels, loadKernels } from '../kernels/kernels.ts';
import { bestTree } from '../parser/spanning-tree.ts';
import type { WindowTagger } from '../tagger/window-tagger.ts';
import { arcStride, project, projectionColumns, scoreArcs, scoreLabels } from './heads.ts';
import { IntegerMatrix } from './matrix.ts';
import { type NetworkModel, readNetworkModel } from './network-model.ts';
import { layerActivations, runRecurrence } from './recurrent-layer.ts';
import { type NetworkWeights, nameMatrices, nameVectors, projectionWidth } from './tensors.ts';
import { WordCache } from './word-cache.ts';

/** Tags and tree of one sentence, as numbers into the model's label lists. */
export interface SentenceAnalysis {
  readonly upos: Uint8Array;
  readonly xpos: Uint8Array;
  /** -1 for the root. */
  readonly heads: Int32Array;
  readonly labels: Uint8Array;
}

/** Sentences longer than this must be cut by the caller: arc scores grow with the square of the length. */
export const MAX_SENTENCE_TOKENS = 400;
/** Sentences are run together up to this many tokens. */
const BATCH_TOKENS = 128;
const MEMORY_MEGABYTES = 64;

/**
 * The tagger and parser: word embeddings summed from features of the form, bidirectional Simple Recurrent Units
 * (Lei et al. 2018), tag scores, biaffine arc scores (Dozat & Manning 2017), and the best tree over them.
 */
export class Network {
  readonly model: NetworkModel;
  readonly #kernels: Kernels;
  readonly #weights: NetworkWeights;
  readonly #words: WordCache;
  readonly #tagger: WindowTagger | undefined;

  private constructor(kernels: Kernels, model: NetworkModel, tagger: WindowTagger | undefined) {
    this.#tagger = tagger;
    this.model = model;
    this.#kernels = kernels;
    this.#weights = restoreWeights(kernels, model);
    this.#words = new WordCache(kernels, model, this.#weights.matrices.input[0]!);
  }

  /** With a `tagger`, its scores are added to the network's own. */
  static async load(bytes: Uint8Array, tagger?: WindowTagger): Promise<Network> {
    return new Network(await loadKernels(MEMORY_MEGABYTES), readNetworkModel(bytes), tagger);
  }

  /** Analyses sentences of 1 to {@link MAX_SENTENCE_TOKENS} forms each. */
  analyze(sentences: readonly (readonly string[])[]): SentenceAnalysis[] {
    const results: SentenceAnalysis[] = [];
    for (let from = 0; from < sentences.length; ) {
      let tokens = 0;
      let to = from;
      while (to < sentences.length && (to === from || tokens + sentences[to]!.length <= BATCH_TOKENS)) {
        tokens += sentences[to]!.length;
        to++;
      }
      const mark = this.#kernels.workspace.mark();
      results.push(...this.#analyzeBatch(sentences.slice(from, to), tokens));
      this.#kernels.workspace.release(mark);
      from = to;
    }
    return results;
  }

  #analyzeBatch(sentences: readonly (readonly string[])[], tokens: number): SentenceAnalysis[] {
    const kernels = this.#kernels;
    const { shape } = this.model;
    const projected = project(kernels, shape, this.#weights, this.#encode(sentences, tokens), tokens);
    const heads = new Int32Array(tokens);
    let first = 0;
    for (const { length } of sentences) {
      const mark = kernels.workspace.mark();
      const { scores } = scoreArcs(kernels, shape, this.#weights, projected, first, length);
      const tree = bestTree(scores, length, arcStride(length));
      for (let i = 0; i < length; i++) heads[first + i] = tree[i]! < 0 ? -1 : first + tree[i]!;
      kernels.workspace.release(mark);
      first += length;
    }
    const width = projectionWidth(shape);
    const labels = scoreLabels(kernels, shape, this.#weights, projected, heads, tokens).scores;
    first = 0;
    return sentences.map((forms) => {
      this.#tagger?.addScores(forms, projected, first * width + projectionColumns(shape).tags, width);
      const analysis = this.#readOff(projected, heads, labels, first, forms.length);
      first += forms.length;
      return analysis;
    });
  }

  #encode(sentences: readonly (readonly string[])[], tokens: number): Float32Array {
    const kernels = this.#kernels;
    const { shape } = this.model;
    const lengths = sentences.map((sentence) => sentence.length);
    let input: Float32Array | undefined;
    for (let layer = 0; layer < shape.layers; layer++) {
      const activations = layerActivations(kernels, shape, layer, tokens);
      if (input === undefined) this.#embed(sentences, activations.u);
      else this.#weights.matrices.input[layer]!.addProduct(input, activations.u.fill(0), tokens);
      runRecurrence(kernels, shape, this.#weights.vectors, layer, activations, input ?? activations.u, lengths);
      input = activations.out;
    }
    return input!;
  }

  #embed(sentences: readonly (readonly string[])[], u: Float32Array): void {
    const width = this.#weights.matrices.input[0]!.columns;
    let at = 0;
    for (const sentence of sentences) {
      for (const form of sentence) {
        this.#words.project(form, u, at);
        at += width;
      }
    }
  }

  #readOff(
    projected: Float32Array,
    heads: Int32Array,
    labelScores: Float32Array,
    first: number,
    length: number,
  ): SentenceAnalysis {
    const { shape, upos, deprel } = this.model;
    const width = projectionWidth(shape);
    const column = projectionColumns(shape).tags;
    const rootLabel = deprel.indexOf('root');
    const analysis = {
      upos: new Uint8Array(length),
      xpos: new Uint8Array(length),
      heads: new Int32Array(length),
      labels: new Uint8Array(length),
    };
    for (let i = 0; i < length; i++) {
      const row = (first + i) * width + column;
      const head = heads[first + i]!;
      analysis.upos[i] = argmax(projected, row, upos.length, -1);
      analysis.xpos[i] = this.#bestXpos(projected, row + upos.length, analysis.upos[i]!);
      analysis.heads[i] = head < 0 ? -1 : head - first;
      analysis.labels[i] =
        head < 0 ? rootLabel : argmax(labelScores, (first + i) * shape.labels, deprel.length, rootLabel);
    }
    return analysis;
  }

  /** The best XPOS tag among those seen with the UPOS tag. */
  #bestXpos(projected: Float32Array, start: number, upos: number): number {
    const { xpos } = this.model;
    let best = -1;
    for (let i = 0; i < xpos.length; i++) {
      if (this.#tagger !== undefined && !this.#tagger.isPair(upos, i)) continue;
      if (best < 0 || projected[start + i]! > projected[start + best]!) best = i;
    }
    return best;
  }
}

function restoreWeights(kernels: Kernels, { shape, matrices, vectors }: NetworkModel): NetworkWeights {
  const all = kernels.workspace.floats(vectors.length);
  all.set(vectors);
  return {
    matrices: nameMatrices(
      shape,
      matrices.map((matrix) => new IntegerMatrix(kernels, matrix)),
    ),
    vectors: nameVectors(shape, all),
  };
}

/** The position of the highest of `count` values from `start`, relative to it; `excluded` is passed over. */
function argmax(values: Float32Array, start: number, count: number, excluded: number): number {
  let best = excluded === 0 ? 1 : 0;
  for (let i = best + 1; i < count; i++) if (i !== excluded && values[start + i]! > values[start + best]!) best = i;
  return best;
}
