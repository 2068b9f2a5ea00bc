import { createHash } from 'node:crypto';
import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import { readEmbedding, writeEmbedding } from '../embedding.ts';
import type { EmbeddingModel, Embeddings } from '../embedding-model.ts';
import type { AnswerCache, AnswerSource } from './answer-cache.ts';
import { KeptAnswers } from './kept-answers.ts';

/** Grows when what is sent for one and the same text changes. */
const VERSION = 1;
/** Under this text, which no document has, one vector of the model is kept to compare lengths with. */
const SAMPLE = '';

/** Takes from the cache what it can, and puts every vector there before anybody gets it: the same text is paid for once (G3). */
export class CachedEmbeddings implements EmbeddingModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: EmbeddingModel;
  readonly #kept: KeptAnswers;
  /** A vector that is kept of the model, or has just come; all are of its length. Not looked for yet: undefined; none: null. */
  #sample: Int8Array | null | undefined = undefined;

  constructor(inner: EmbeddingModel, cache: AnswerCache) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#kept = new KeptAnswers(cache, inner);
  }

  async embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings> {
    signal.throwIfAborted();
    await this.#kept.saveHeld();
    const keys = texts.map((text) => embeddingKey(this, text));
    const kept = await Promise.all(keys.map((key) => this.#find(key)));
    const wanted = texts.filter((_, i) => kept[i] === null);
    if (wanted.length === 0) return { vectors: kept, inputTokens: 0 };
    const sampleKey = embeddingKey(this, SAMPLE);
    if (this.#sample === undefined) this.#sample = await this.#find(sampleKey);
    const { vectors: fresh, ...rest } = await this.#inner.embed(wanted, signal, call);
    requireOneLength([this.#sample, ...kept, ...fresh], this);
    let next = 0;
    const vectors = kept.map((vector) => vector ?? fresh[next++]!);
    await Promise.all(
      vectors.map((vector, i) => (kept[i] === null && vector !== null ? this.#save(keys[i]!, vector) : null)),
    );
    if (this.#sample === null && fresh[0] != null) {
      this.#sample = fresh[0];
      await this.#save(sampleKey, fresh[0]);
    }
    return { vectors, ...rest };
  }

  async close(): Promise<void> {
    await this.#inner.close();
    await this.#kept.close();
  }

  async #find(key: string): Promise<Int8Array | null> {
    const known = await this.#kept.find(key);
    return known === null || known.text === '' ? null : readEmbedding(known.text);
  }

  #save(key: string, vector: Int8Array): Promise<void> {
    const answer = { text: writeEmbedding(vector), finish: 'stop', inputTokens: null, outputTokens: 0 } as const;
    return this.#kept.save(key, answer);
  }
}

/** SHA-256, in hexadecimal, of who is asked for which text. */
function embeddingKey({ provider, model }: AnswerSource, text: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['embedding', VERSION, provider, model, text]))
    .digest('hex');
}

/** @throws {StageError} when the model now gives vectors of another length than those that are kept of it */
function requireOneLength(vectors: readonly (Int8Array | null)[], { provider, model }: AnswerSource): void {
  const lengths = new Set(vectors.filter((vector) => vector !== null).map(({ length }) => length));
  if (lengths.size <= 1) return;
  const message =
    `${provider} ${model} gives vectors of other lengths than before (${[...lengths].join(', ')}): another model answers by that ` +
    'name. Name it otherwise, or take out what is kept with pawl cache prune.';
  throw new StageError('unavailable', 'invalid_answer', message);
}
