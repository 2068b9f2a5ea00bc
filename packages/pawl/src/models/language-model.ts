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
  /** What is left before the server refuses requests, as its headers say; absent where it says nothing. */
  readonly allowance?: RateAllowance;
}

/** Rate limit headers of a server. */
export interface RateAllowance {
  readonly remainingRequests?: number;
  readonly remainingTokens?: number;
  /** Milliseconds until the nearest of them is full again. */
  readonly resetMs?: number;
}

/** A language model behind an API. */
export interface LanguageModel {
  /** Such as `anthropic`, or `openai-compatible http://localhost:8000/v1`; never a key. */
  readonly provider: string;
  readonly model: string;
  /**
   * Asks once, without retries.
   * @param call the call of the stage that asks; decorators hand it on, and wait in its `standStill` for their turn
   * @throws {StageError} by whose fault it is; the signal's reason when aborted
   */
  ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer>;
}
