import type { Reservation, StageCall } from '../domain/stage-call.ts';
import type { Usage } from '../domain/usage.ts';
import type { EmbeddingModel, Embeddings } from './embedding-model.ts';
import { mostFor, usageOf } from './metered-model.ts';
import type { TokenPrice } from './price-list.ts';

/** As {@link MeteredModel}, for texts that are given directions: input alone. */
export class MeteredEmbeddings implements EmbeddingModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: EmbeddingModel;
  readonly #price: TokenPrice | null;

  constructor(inner: EmbeddingModel, price: TokenPrice | null) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#price = price;
  }

  async embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings> {
    const request = { system: '', user: texts.join('\n'), schema: {}, maxOutputTokens: 0 };
    const reservation: Reservation = await call.reserve(mostFor(request, this.#price));
    try {
      signal.throwIfAborted();
      const embeddings = await this.#inner.embed(texts, signal, call);
      reservation.settle(this.#usageOf(request, embeddings));
      return embeddings;
    } finally {
      reservation.settle(null);
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #usageOf(request: { readonly system: string; readonly user: string }, { inputTokens }: Embeddings): Usage {
    const answer = { text: '', finish: 'stop', inputTokens, outputTokens: 0, cached: false } as const;
    return usageOf(this, this.#price, request, answer);
  }
}
