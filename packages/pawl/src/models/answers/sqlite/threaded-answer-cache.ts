import { Worker } from 'node:worker_threads';
import { StageError } from '../../../domain/stage-error.ts';
import type { AnswerCache, AnswerCacheStats, AnswerSource, PruneLimits, StoredAnswer } from '../answer-cache.ts';
import type { AnswerToSave } from './answer-database.ts';

/** A call as it crosses to the thread. */
export type AnswerThreadCall = { readonly id: number } & (
  | { readonly kind: 'find'; readonly key: string }
  | { readonly kind: 'save'; readonly saved: AnswerToSave }
  | { readonly kind: 'stats' }
  | { readonly kind: 'prune'; readonly keep: PruneLimits }
  | { readonly kind: 'close' }
);

/** The answer to one call, or to several that were carried out together. */
export type AnswerThreadReply = { readonly ids: readonly number[] } & (
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string }
);

export interface AnswerThreadSettings {
  readonly path: string;
  readonly maxBytes: number;
}

type AnswerThreadQuestion = AnswerThreadCall extends infer Call
  ? Call extends unknown
    ? Omit<Call, 'id'>
    : never
  : never;

/** Answers in an SQLite file, behind a worker thread of its own: no fsync blocks the event loop. Nothing is opened before the first use. */
export class ThreadedAnswerCache implements AnswerCache {
  readonly #settings: AnswerThreadSettings;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #thread: Worker | null = null;
  #lastId = 0;
  #closed = false;

  /** @param settings where the file is, and how much its answers may take before those used longest ago go */
  constructor(settings: AnswerThreadSettings) {
    this.#settings = settings;
  }

  async find(key: string): Promise<StoredAnswer | null> {
    return (await this.#call({ kind: 'find', key })) as StoredAnswer | null;
  }

  async save(key: string, answer: StoredAnswer, { provider, model }: AnswerSource): Promise<void> {
    await this.#call({ kind: 'save', saved: { key, answer, source: { provider, model } } });
  }

  async stats(): Promise<AnswerCacheStats> {
    return (await this.#call({ kind: 'stats' })) as AnswerCacheStats;
  }

  async prune(keep: PruneLimits): Promise<{ removed: number; freedBytes: number }> {
    return (await this.#call({ kind: 'prune', keep })) as { removed: number; freedBytes: number };
  }

  async close(): Promise<void> {
    if (this.#closed || this.#thread === null) return;
    const closed = this.#call({ kind: 'close' });
    this.#closed = true;
    await closed.catch(() => undefined); // every answer is on disk; lost is only which were used of late
  }

  #call(question: AnswerThreadQuestion): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#unusable('it is closed'));
    this.#thread ??= this.#start();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#thread.postMessage({ id, ...question } as AnswerThreadCall);
    return answer.promise;
  }

  #start(): Worker {
    const thread = new Worker(new URL('./answer-thread.ts', import.meta.url), { workerData: this.#settings });
    thread.on('message', (reply: AnswerThreadReply) => this.#settle(reply));
    thread.on('error', (error) => this.#end(thread, error instanceof Error ? error.message : String(error)));
    thread.on('exit', () => this.#end(thread, 'its thread has ended'));
    return thread;
  }

  #settle(reply: AnswerThreadReply): void {
    for (const id of reply.ids) {
      const call = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (reply.kind === 'value') call?.resolve(reply.value);
      else call?.reject(this.#unusable(reply.message));
    }
  }

  /** The next call starts another thread. */
  #end(thread: Worker, why: string): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    for (const { reject } of this.#waiting.values()) reject(this.#unusable(why));
    this.#waiting.clear();
  }

  #unusable(why: string): StageError {
    const message = `The answers of models in ${this.#settings.path} cannot be used: ${why}`;
    return new StageError('unavailable', 'cache_unusable', message);
  }
}
