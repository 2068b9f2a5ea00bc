import type { ModelAnswer } from '../language-model.ts';

/** What is kept of an answer. */
export type StoredAnswer = Pick<ModelAnswer, 'text' | 'finish' | 'inputTokens' | 'outputTokens'>;

/** Who gave an answer; for those who look at what is kept. */
export interface AnswerSource {
  readonly provider: string;
  readonly model: string;
}

/** Answers of models by what was asked (guarantee G3). Several processes may use one at once. */
export interface AnswerCache {
  /** @param key see {@link answerKey}. @throws {StageError} `cache_unusable` */
  find(key: string): Promise<StoredAnswer | null>;
  /** Returns when the answer is on disk; an answer of the same key is kept as it is. @throws {StageError} `cache_unusable` */
  save(key: string, answer: StoredAnswer, source: AnswerSource): Promise<void>;
  /** @throws {StageError} `cache_unusable` */
  stats(): Promise<AnswerCacheStats>;
  /** Takes out the answers that were used longest ago. @throws {StageError} `cache_unusable` */
  prune(keep: PruneLimits): Promise<{ readonly removed: number; readonly freedBytes: number }>;
  /** May be called more than once. */
  close(): Promise<void>;
}

export interface PruneLimits {
  /** The answers together take at most so much afterwards. */
  readonly maxBytes: number;
  /** Answers that were last used before are taken out too, in milliseconds since the epoch. */
  readonly usedSinceMs: number;
}

export interface AnswerCacheStats {
  readonly path: string;
  readonly answers: number;
  /** Of the answers; the file may be larger. */
  readonly bytes: number;
  readonly fileBytes: number;
  /** When the answer was used that is first to go; null when there is none. */
  readonly leastRecentlyUsedAtMs: number | null;
  readonly models: readonly (AnswerSource & { readonly answers: number; readonly bytes: number })[];
  /** Files that were found damaged and were replaced by new ones. */
  readonly setAside: readonly string[];
}
