import type { Checkpoint, SinkState } from '../checkpoint/checkpoint.ts';
import { isPawlError, messageOf } from '../domain/errors.ts';
import type { Clock } from '../engine/clock.ts';
import { backoffMs } from '../engine/retry-policy.ts';
import type { Sink } from './sink.ts';

// Carries results from the checkpoint to one sink, by a cursor in the checkpoint: the sink has what the cursor says, and
// is made to agree with it before the first write. A sink that fails is tried again and delays nobody.

const PAGE_LIMIT = 500;
const PAGE_BYTES = 8 * 1024 * 1024;
const RETRY = { baseDelayMs: 500, maxDelayMs: 60_000 };

export interface DeliveryOptions {
  readonly checkpoint: Checkpoint;
  readonly sink: Sink;
  readonly clock: Clock;
  /** The run that delivers; null where no runner holds the batch. */
  readonly run: number | null;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #ended = new AbortController();
  readonly #loop: Promise<void>;
  #state: SinkState | null = null;
  #isReady = false;
  #hasNews = true;
  #onNews: () => void = () => undefined;
  /** Waits for the moment when everything is delivered. */
  #drained: PromiseWithResolvers<void> | null = null;
  #failures = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#loop = this.#deliver();
  }

  /** Says that there are new results. */
  notify(): void {
    this.#hasNews = true;
    this.#onNews();
  }

  /** Waits until the sink has everything, or `patience` is over: what is missing then is left to the next run. */
  async drain(patience: AbortSignal): Promise<'delivered' | 'failing'> {
    this.#drained = Promise.withResolvers<void>();
    this.notify();
    const outOfPatience = Promise.withResolvers<'failing'>();
    const giveUp = () => outOfPatience.resolve('failing');
    patience.addEventListener('abort', giveUp, { once: true });
    if (patience.aborted) giveUp();
    const drained = this.#drained.promise.then(() => 'delivered' as const);
    const outcome = await Promise.race([drained, outOfPatience.promise, this.#loop.then(() => 'failing' as const)]);
    patience.removeEventListener('abort', giveUp);
    this.#drained = null;
    return outcome;
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#onNews();
    await this.#loop;
    await this.#options.sink.close();
  }

  async #deliver(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      try {
        await this.#deliverAll();
        this.#failures = 0;
        await this.#awaitNews();
      } catch (error) {
        if (this.#ended.signal.aborted || isPawlError(error, 'lease_lost')) return;
        await this.#recordFailure(error);
        if (!(await this.#backOff())) return;
      }
    }
  }

  /** Writes page after page until there are no more results. */
  async #deliverAll(): Promise<void> {
    do {
      this.#hasNews = false;
      while (await this.#deliverPage());
    } while (this.#hasNews);
    if (this.#drained === null) return;
    await this.#finish();
    this.#drained?.resolve();
  }

  /** @returns whether there may be more */
  async #deliverPage(): Promise<boolean> {
    const { checkpoint, sink, clock } = this.#options;
    const state = await this.#ready();
    const page = await checkpoint.results({ afterSeq: state.resultSeq, limit: PAGE_LIMIT, maxBytes: PAGE_BYTES });
    const last = page.at(-1);
    if (last === undefined) return false;
    if ((await checkpoint.batch()).resultsEpoch !== state.epoch) return true; // results were taken back: begin anew
    this.#isReady = false; // until the cursor is saved, what the sink holds is in doubt
    const position = await sink.write(page, state.position, this.#ended.signal);
    const delivered = state.delivered + page.length;
    await this.#save({ ...state, resultSeq: last.resultSeq, position, delivered, updatedAtMs: clock.now() });
    this.#isReady = true;
    return true;
  }

  async #finish(): Promise<void> {
    const state = await this.#ready();
    const position = await this.#options.sink.finish(state.position);
    await this.#save({ ...state, position, updatedAtMs: this.#options.clock.now() });
  }

  /** The state of a sink that agrees with it. */
  async #ready(): Promise<SinkState> {
    const { checkpoint, sink } = this.#options;
    const { resultsEpoch } = await checkpoint.batch();
    const state = this.#state ?? (await this.#load());
    if (state === null || state.epoch !== resultsEpoch) return this.#beginAnew(resultsEpoch);
    if (this.#isReady) return state;
    if ((await sink.recover(state.position)) === 'lost') {
      await this.#note('sink_lost', `${sink.name} has less than was delivered; everything is delivered again`);
      return this.#beginAnew(resultsEpoch);
    }
    this.#isReady = true;
    this.#state = state;
    return state;
  }

  async #load(): Promise<SinkState | null> {
    const { checkpoint, sink } = this.#options;
    return (await checkpoint.sinks()).find(({ name }) => name === sink.name) ?? null;
  }

  async #beginAnew(epoch: number): Promise<SinkState> {
    const { sink, clock } = this.#options;
    const position = await sink.start();
    const fresh = {
      name: sink.name,
      resultSeq: 0,
      epoch,
      position,
      delivered: 0,
      error: null,
      failingSinceMs: null,
      updatedAtMs: clock.now(),
    };
    await this.#save(fresh);
    this.#isReady = true;
    return fresh;
  }

  async #save(state: SinkState): Promise<void> {
    const healthy = { ...state, error: null, failingSinceMs: null };
    await this.#options.checkpoint.saveSink(this.#options.run, healthy);
    this.#state = healthy;
  }

  /** Keeps the reason where status can show it; the cursor stays where it was. */
  async #recordFailure(error: unknown): Promise<void> {
    const { checkpoint, clock, run, sink } = this.#options;
    this.#failures += 1;
    this.#isReady = false;
    try {
      const state = this.#state ?? (await this.#load());
      const failing = {
        ...(state ?? { name: sink.name, resultSeq: 0, epoch: -1, position: {}, delivered: 0 }),
        error: messageOf(error),
        failingSinceMs: state?.failingSinceMs ?? clock.now(),
        updatedAtMs: clock.now(),
      };
      await checkpoint.saveSink(run, failing);
      this.#state = failing;
    } catch {
      // The checkpoint cannot be written either; the run will end over that, with a reason of its own.
    }
  }

  async #note(event: string, reason: string): Promise<void> {
    const { checkpoint, run, clock } = this.#options;
    await checkpoint.note({ event, reason, run, details: {} }, { atMs: clock.now(), by: 'delivery' });
  }

  /** @returns false when the delivery ended meanwhile */
  async #backOff(): Promise<boolean> {
    const { clock } = this.#options;
    try {
      await clock.sleep(backoffMs(this.#failures, RETRY, clock.random()), this.#ended.signal);
      return true;
    } catch {
      return false;
    }
  }

  #awaitNews(): Promise<void> {
    if (this.#hasNews || this.#ended.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onNews = resolve;
    });
  }
}
