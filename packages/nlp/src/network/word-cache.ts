import type { Kernels } from '../kernels/kernels.ts';
import type { Matrix } from './matrix.ts';
import type { NetworkModel } from './network-model.ts';
import { wordFeatureHashes } from './word-features.ts';

/** Rows kept; a row is about 3 KB. */
const CAPACITY = 8192;

/**
 * The first layer's input projection of each word form. It depends on the form alone, so it is computed once for a
 * form (Chen & Manning 2014 precompute theirs likewise); when full, the cache starts over.
 */
export class WordCache {
  readonly #model: NetworkModel;
  readonly #input: Matrix;
  readonly #rows: Float32Array;
  readonly #embedded: Float32Array;
  readonly #width: number;
  readonly #rowOf = new Map<string, number>();

  constructor(kernels: Kernels, model: NetworkModel, input: Matrix) {
    this.#model = model;
    this.#input = input;
    this.#width = input.columns;
    this.#rows = kernels.workspace.floats(CAPACITY * this.#width);
    this.#embedded = kernels.workspace.floats(model.shape.embedding);
  }

  /** Copies the projection of `form` to `target` at `offset`. */
  project(form: string, target: Float32Array, offset: number): void {
    const at = this.#rowFor(form) * this.#width;
    target.set(this.#rows.subarray(at, at + this.#width), offset);
  }

  #rowFor(form: string): number {
    const known = this.#rowOf.get(form);
    if (known !== undefined) return known;
    if (this.#rowOf.size === CAPACITY) this.#rowOf.clear();
    const row = this.#rowOf.size;
    this.#rowOf.set(form, row);
    this.#embed(form);
    const target = this.#rows.subarray(row * this.#width, (row + 1) * this.#width);
    this.#input.addProduct(this.#embedded, target.fill(0), 1);
    return row;
  }

  /** The sum of the embeddings of the form's features. */
  #embed(form: string): void {
    const { index, embeddings, embeddingScales, shape } = this.#model;
    const size = shape.embedding;
    this.#embedded.fill(0);
    for (const hash of wordFeatureHashes(form)) {
      const id = index.find(hash);
      if (id < 0) continue;
      const scale = embeddingScales[id]!;
      const row = id * size;
      for (let i = 0; i < size; i++) this.#embedded[i]! += embeddings[row + i]! * scale;
    }
  }
}
