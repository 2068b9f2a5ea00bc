import type { StageCall } from '../../domain/stage-call.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import type { AnswerCache } from './answer-cache.ts';
import { answerKey } from './answer-key.ts';
import { KeptAnswers } from './kept-answers.ts';

/** A request under way, and how many wait for its answer. */
interface SharedRequest {
  readonly answer: Promise<ModelAnswer>;
  readonly control: AbortController;
  waiting: number;
}

/**
 * Answers from the cache where it can, and puts every answer there before anybody gets it (guarantee G3). The same request, made
 * twice at once, is sent once. An answer that cannot be saved is kept in memory and saved before the next is asked for.
 */
export class CachedModel implements LanguageModel {
  readonly provider: string;
  readonly model: string;
  readonly #inner: LanguageModel;
  readonly #kept: KeptAnswers;
  readonly #underWay = new Map<string, SharedRequest>();

  constructor(inner: LanguageModel, cache: AnswerCache) {
    this.provider = inner.provider;
    this.model = inner.model;
    this.#inner = inner;
    this.#kept = new KeptAnswers(cache, inner);
  }

  async ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    signal.throwIfAborted();
    const key = answerKey(this, request);
    const shared = this.#underWay.get(key);
    if (shared !== undefined && !shared.control.signal.aborted) {
      const { text, finish, inputTokens, outputTokens } = await call.standStill(this.#await(shared, signal));
      return { text, finish, inputTokens, outputTokens, cached: true };
    }
    const control = new AbortController();
    const answer = this.#findOrAsk(key, request, control.signal, call);
    const own: SharedRequest = { answer, control, waiting: 0 };
    this.#underWay.set(key, own);
    const forget = () => {
      if (this.#underWay.get(key) === own) this.#underWay.delete(key);
    };
    answer.then(forget, forget);
    return this.#await(own, signal);
  }

  /** A cache that takes no answers makes the model useless: what it says would have to be paid for again. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#kept.saveHeld();
    await this.#kept.find('');
    await this.#inner.probe(signal);
  }

  async awaitPostponed(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void> {
    await this.#inner.awaitPostponed?.(signal, tell);
  }

  async close(): Promise<void> {
    await this.#inner.close();
    await this.#kept.close();
  }

  /** A request is given up when nobody waits for it any more. */
  async #await(shared: SharedRequest, signal: AbortSignal): Promise<ModelAnswer> {
    signal.throwIfAborted();
    shared.waiting += 1;
    const aborted = Promise.withResolvers<never>();
    const giveUp = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([shared.answer, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      shared.waiting -= 1;
      if (shared.waiting === 0) shared.control.abort(signal.reason);
    }
  }

  async #findOrAsk(key: string, request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    await this.#kept.saveHeld();
    const known = await this.#kept.find(key);
    if (known !== null) return { ...known, cached: true };
    const answer = await this.#inner.ask(request, signal, call);
    const { text, finish, inputTokens, outputTokens } = answer;
    await this.#kept.save(key, { text, finish, inputTokens, outputTokens });
    return answer;
  }
}
