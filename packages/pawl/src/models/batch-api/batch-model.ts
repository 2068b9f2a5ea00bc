import { createHash } from 'node:crypto';
import type { Reservation, StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import { mostFor, usageOf } from '../metered-model.ts';
import type { TokenPrice } from '../price-list.ts';
import { type BatchLedger, isLedgerError, KEY_CHARS } from './batch-ledger.ts';
import type { BatchRounds } from './batch-rounds.ts';

/** Requests that may be open at once: what the budget has set aside for them is remembered one by one. */
const MAX_OPEN = 50_000;
/** Its text is not kept with its answer; it would only be counted where the server does not say how many tokens it had. */
const NOT_KEPT = { system: '', user: '' };

interface SetAside {
  readonly reservation: Reservation;
  /** Of the document that asked first. */
  readonly call: StageCall;
}

/**
 * A language model that is asked by its provider's batch API. A request is written down and its document postponed: it costs neither
 * memory nor time, no time-out runs for it, and no death of the process is counted to it. When no document is left that could go on,
 * whoever runs the batch waits (`awaitPostponed`) and takes the documents up again: what they ask is answered then.
 */
export class BatchModel implements LanguageModel {
  readonly #live: LanguageModel;
  readonly #ledger: BatchLedger;
  readonly #rounds: BatchRounds;
  readonly #price: TokenPrice | null;
  readonly #now: () => number;
  /** What is set aside for requests until their answers are used, by their key. */
  readonly #setAside = new Map<string, SetAside>();

  /**
   * @param live the same model by its live API, which puts down itself what its answers take
   * @param price of an answer that comes by the batch API
   */
  constructor(options: {
    readonly live: LanguageModel;
    readonly ledger: BatchLedger;
    readonly rounds: BatchRounds;
    readonly price: TokenPrice | null;
    readonly now: () => number;
  }) {
    this.#live = options.live;
    this.#ledger = options.ledger;
    this.#rounds = options.rounds;
    this.#price = options.price;
    this.#now = options.now;
  }

  get provider(): string {
    return this.#live.provider;
  }

  get model(): string {
    return this.#live.model;
  }

  async ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    signal.throwIfAborted();
    try {
      return await this.#ask(request, signal, call);
    } catch (error) {
      throw isLedgerError(error) ? unusable(error) : error;
    }
  }

  async #ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    const key = this.#keyOf(request);
    const known = this.#ledger.find(key);
    if (known?.state === 'answered') return this.#use(key, request, known, call);
    if (known?.state === 'live') return this.#askLive(key, request, signal, call);
    if (this.#isRoomFor(key, request, call)) this.#ledger.register({ key, request }, this.#now());
    throw new StageError('postponed', 'answer_awaited', 'The answer comes with a batch of the provider.');
  }

  /**
   * Waits until everything that was asked has its answer, or is left to the live API. To be called when no document is left that
   * could go on; then those that were postponed can.
   * @param tell what is being waited for
   * @throws the signal's reason when aborted
   */
  awaitPostponed(signal: AbortSignal, tell: (waitingFor: string) => void): Promise<void> {
    this.#putDownUnused();
    return this.#rounds.work(signal, tell);
  }

  /** A ledger that cannot be written makes the model useless: nobody would know what was handed in. */
  async probe(signal: AbortSignal): Promise<void> {
    this.#ledger.probe();
    await this.#live.probe(signal);
  }

  async close(): Promise<void> {
    await this.#rounds.closed();
    this.#ledger.end();
    await this.#live.close();
  }

  /** The first use pays; after that it is an answer like any that was kept. */
  #use(
    key: string,
    request: ModelRequest,
    { answer, delivered }: { readonly answer: ModelAnswer; readonly delivered: boolean },
    call: StageCall,
  ): ModelAnswer {
    this.#free(key);
    if (delivered) return { ...answer, cached: true };
    this.#ledger.delivered(key);
    call.pay(usageOf(this, this.#price, request, answer));
    return answer;
  }

  async #askLive(key: string, request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    this.#free(key);
    const answer = await this.#live.ask(request, signal, call);
    this.#ledger.answeredLive(key, answer);
    return answer;
  }

  /** Sets aside what a request may take; where that must wait for answers that will free some, so must the document. */
  #isRoomFor(key: string, request: ModelRequest, call: StageCall): boolean {
    if (this.#setAside.has(key)) return true;
    if (this.#setAside.size >= MAX_OPEN) return false;
    const reservation = call.reserveNow(mostFor(request, this.#price));
    if (reservation !== null) this.#setAside.set(key, { reservation, call });
    return reservation !== null;
  }

  /** Answers that came before all documents were taken up last, and that none of them used: paid for all the same. */
  #putDownUnused(): void {
    for (const [key, { call }] of this.#setAside) {
      const known = this.#ledger.find(key);
      if (known?.state === 'waiting' || known?.state === 'submitted') continue;
      this.#free(key);
      if (known?.state !== 'answered' || known.delivered) continue;
      this.#ledger.delivered(key);
      call.pay(usageOf(this, this.#price, NOT_KEPT, known.answer));
    }
  }

  #free(key: string): void {
    this.#setAside.get(key)?.reservation.settle(null);
    this.#setAside.delete(key);
  }

  #keyOf(request: ModelRequest): string {
    const { system, user, schema, maxOutputTokens } = request;
    const identity = JSON.stringify([this.provider, this.model, system, user, schema, maxOutputTokens]);
    return createHash('sha256').update(identity).digest('hex').slice(0, KEY_CHARS);
  }
}

function unusable(cause: Error): StageError {
  const message = `What is open at the batch API cannot be written down: ${cause.message}`;
  return new StageError('unavailable', 'ledger_unusable', message, { cause });
}
