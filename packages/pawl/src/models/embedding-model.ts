import type { StageCall } from '../domain/stage-call.ts';
import type { RateAllowance } from './language-model.ts';

/** What a model made of texts. */
export interface Embeddings {
  /** One a text, in their order and of one length; see {@link toEmbedding}. Null for a text that the model refuses. */
  readonly vectors: readonly (Int8Array | null)[];
  /** Paid for; null where the server does not say. */
  readonly inputTokens: number | null;
  /** What is left before the server refuses requests, as its headers say; absent where it says nothing. */
  readonly allowances?: readonly RateAllowance[];
}

/** A model behind an API that gives texts directions: the closer in meaning, the closer in direction. */
export interface EmbeddingModel {
  /** As {@link LanguageModel.provider}. */
  readonly provider: string;
  readonly model: string;
  /**
   * @param texts none of them empty
   * @param call decorators set the budget aside in it and wait in its `standStill`
   * @throws {StageError} by whose fault it is; the signal's reason when aborted
   */
  embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings>;
  close(): Promise<void>;
}
