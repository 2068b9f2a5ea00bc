import type { AnswerCache, AnswerSource, StoredAnswer } from './answer-cache.ts';

/** The answers of one model in the cache, and those that were paid for while the disk would not take them. */
export class KeptAnswers {
  readonly #cache: AnswerCache;
  readonly #source: AnswerSource;
  readonly #unsaved = new Map<string, StoredAnswer>();

  constructor(cache: AnswerCache, source: AnswerSource) {
    this.#cache = cache;
    this.#source = source;
  }

  /** @throws {StageError} `cache_unusable` */
  find(key: string): Promise<StoredAnswer | null> {
    return this.#cache.find(key);
  }

  /** Returns when the answer is on disk; one that cannot be saved is held in memory. @throws {StageError} `cache_unusable` */
  async save(key: string, answer: StoredAnswer): Promise<void> {
    try {
      await this.#cache.save(key, answer, this.#source);
      this.#unsaved.delete(key);
    } catch (error) {
      this.#unsaved.set(key, answer);
      throw error;
    }
  }

  /** Saves what is held; to be called before anything else is paid for. @throws {StageError} `cache_unusable` */
  async saveHeld(): Promise<void> {
    for (const [key, answer] of this.#unsaved) await this.save(key, answer);
  }

  async close(): Promise<void> {
    await this.saveHeld().catch(() => undefined); // whoever asked for them was told
    await this.#cache.close();
  }
}
