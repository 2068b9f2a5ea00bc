import type { JsonObject } from '../domain/document.ts';
import type { StageCall } from '../domain/stage-call.ts';

/** What a language model is asked. Everything in it, and the model's name, decides the answer. */
export interface ModelRequest {
  readonly system: string;
  readonly user: string;
  /** JSON Schema of the answer; a server that knows no schemas is told in words. */
  readonly schema: JsonObject;
  readonly maxOutputTokens: number;
}

/**
 * How an answer ended.
 * - `stop`: the model had no more to say.
 * - `length`: cut off at the output limit.
 * - `filtered`: withheld by a content filter.
 * - `refused`: the model would not answer.
 * - `other`: the server gave no reason that is known.
 */
export type AnswerFinish = 'stop' | 'length' | 'filtered' | 'refused' | 'other';

export interface ModelAnswer {
  readonly text: string;
  readonly finish: AnswerFinish;
  /** Null where the server does not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** True when it was stored before, or asked for by somebody else at the same time: nothing was paid for this request. */
  readonly cached: boolean;
  /** What is left before the server refuses requests, as its headers say; absent where it says nothing. */
  readonly allowances?: readonly RateAllowance[];
}

/** What one of a server's rate limits leaves, as its headers say. */
export interface RateAllowance {
  readonly of: 'requests' | 'tokens';
  readonly remaining: number;
  /** Milliseconds until there is some again. */
  readonly resetMs: number;
}

/** A language model behind an API. */
export interface LanguageModel {
  /** Such as `anthropic`, or `openai-compatible http://localhost:8000/v1`; never a key. */
  readonly provider: string;
  readonly model: string;
  /**
   * Asks. A decorator may answer from a store, wait for its turn, or ask again where no answer came.
   * @param call the call of the stage that asks; decorators hand it on, and wait in its `standStill` for their turn
   * @throws {StageError} by whose fault it is; the signal's reason when aborted
   */
  ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer>;
  /**
   * Waits for the answers that questions were postponed for (StageError `postponed`). Absent where none ever is.
   * @param tell what is being waited for
   * @throws the signal's reason when aborted
   */
  awaitPostponed?(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void>;
  /**
   * Asks something trivial, past every store and queue, to learn whether the server works at all; a refusal of just that
   * request shows that it does.
   * @throws {StageError} when it does not; the signal's reason when aborted
   */
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
