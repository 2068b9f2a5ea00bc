import type { StageCall } from '../../domain/stage-call.ts';
import type { Clock } from '../../engine/clock.ts';
import type { EmbeddingModel, Embeddings } from '../embedding-model.ts';
import type { FlowSettings } from './flow-settings.ts';
import { guessTokens } from './guess-tokens.ts';
import { PacedRequests } from './paced-requests.ts';

/** Sends texts at the pace of {@link PacedRequests}. Whoever asks for vectors can do without. */
export class FlowControlledEmbeddings implements EmbeddingModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: EmbeddingModel;
  readonly #requests: PacedRequests;

  constructor(inner: EmbeddingModel, settings: FlowSettings, clock: Clock) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#requests = new PacedRequests(settings, clock, true);
  }

  embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings> {
    const send = async (limited: AbortSignal) => ({
      ...(await this.#inner.embed(texts, limited, call)),
      outputTokens: 0,
    });
    return this.#requests.send(Math.ceil(guessTokens(texts)), send, signal, call);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
