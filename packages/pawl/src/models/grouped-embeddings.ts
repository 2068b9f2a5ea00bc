import type { StageCall } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import type { EmbeddingModel, Embeddings } from './embedding-model.ts';

/**
 * Texts of one request. Every provider takes 32; a model of this machine takes one after the other, and what is under way when it is
 * stopped is lost.
 */
export const TEXTS_PER_REQUEST = { remote: 32, local: 4 } as const;
/** Requests that are under way at once, at most; flow control may let fewer through. */
const REQUESTS_AT_ONCE = 8;
/** A text that is refused is tried by its beginning, down to so many characters. */
const SHORTEST_TRIED = 200;

/**
 * Takes any number of texts and sends them in requests of many, each text once. What is refused for what is in it is found by halves,
 * and tried by its beginning, which models with little room take.
 */
export class GroupedEmbeddings implements EmbeddingModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: EmbeddingModel;
  readonly #textsPerRequest: number;
  /** Whether the model has ever taken a text: only then can it be a text's own fault that it is refused. */
  #hasAnswered = false;

  constructor(inner: EmbeddingModel, textsPerRequest: number) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#textsPerRequest = textsPerRequest;
  }

  async embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings> {
    const each = [...new Set(texts)];
    const groups: string[][] = [];
    for (let i = 0; i < each.length; i += this.#textsPerRequest) groups.push(each.slice(i, i + this.#textsPerRequest));
    const found = new Map<string, Int8Array | null>();
    const lane = async () => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        const vectors = await this.#embedGroup(group, signal, call);
        group.forEach((text, i) => {
          found.set(text, vectors[i]!);
        });
      }
    };
    const lanes = Array.from({ length: Math.min(REQUESTS_AT_ONCE, groups.length) }, lane);
    await Promise.all(lanes).catch(async (error: unknown) => {
      groups.length = 0;
      await Promise.allSettled(lanes); // what is under way is kept before anybody asks again
      throw error;
    });
    return { vectors: texts.map((text) => found.get(text) ?? null), inputTokens: null };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #embedGroup(
    texts: readonly string[],
    signal: AbortSignal,
    call: StageCall,
  ): Promise<readonly (Int8Array | null)[]> {
    try {
      const { vectors } = await this.#inner.embed(texts, signal, call);
      this.#hasAnswered = true;
      return vectors;
    } catch (error) {
      if (!(error instanceof StageError) || error.fault !== 'permanent') throw error;
      if (texts.length > 1) {
        const half = texts.length >> 1;
        const first = await this.#embedGroup(texts.slice(0, half), signal, call);
        return [...first, ...(await this.#embedGroup(texts.slice(half), signal, call))];
      }
      const [text = ''] = texts;
      if (text.length > SHORTEST_TRIED) return this.#embedGroup([text.slice(0, text.length >> 1)], signal, call);
      if (this.#hasAnswered) return [null];
      throw new StageError('unavailable', error.code, error.message, { cause: error });
    }
  }
}
