import type { Checkpoint, SinkState, StoredResult } from '../checkpoint/checkpoint.ts';
import { allLinkages, storylineTexts } from '../checkpoint/pages.ts';
import { isPawlError, messageOf, PawlError } from '../domain/errors.ts';
import type { Clock } from '../engine/clock.ts';
import { backoffMs } from '../engine/retry-policy.ts';
import type { SettledStorylines, Sink } from './sink.ts';

// Carries results from the checkpoint to one sink, by a cursor in the checkpoint: the sink has what the cursor says, and
// is made to agree with it before the first write. A sink that fails is tried again and delays nobody.

const PAGE_LIMIT = 500;
const PAGE_BYTES = 8 * 1024 * 1024;
/** Results gather this long before they are written together: each write costs an fsync, and a piece of a compressed file. */
const GATHER_MS = 250;
/** A page of this share of the most it may hold is worth a write of its own. */
const LARGE = 0.5;
/** Storylines of which nothing was read for this long are not being taken any more. */
const STALLED_MS = 10_000;
const READING_POLL_MS = 100;
const RETRY = { baseDelayMs: 500, maxDelayMs: 60_000 };

type Page = 'none' | 'small' | 'large';

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
  /** Settled when everything is delivered; null unless somebody waits for that. */
  #drained: PromiseWithResolvers<void> | null = null;
  /** Cuts short a wait that is a matter of time only. */
  #hurry = new AbortController();
  /** When the sink last read of the storylines that it is being given; null while it is given none. */
  #readAtMs: number | null = null;
  #lastPassAtMs = Number.NEGATIVE_INFINITY;
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

  /**
   * Waits until the sink has everything, or `patience` is over, or `abort` is aborted: what is missing then is left to the
   * next run. Storylines that are being read are not given up for want of patience, since they would be begun anew each time.
   */
  async drain(patience: AbortSignal, abort?: AbortSignal): Promise<'delivered' | 'failing'> {
    const drained = Promise.withResolvers<void>();
    this.#drained = drained;
    this.notify();
    this.#hurry.abort();
    const decided = new AbortController();
    const outcome = await Promise.race([
      drained.promise.then(() => 'delivered' as const),
      this.#loseHope(patience, abort ?? new AbortController().signal, decided.signal),
      this.#loop.then(() => 'failing' as const),
    ]);
    decided.abort();
    this.#drained = null;
    return outcome;
  }

  async #loseHope(patience: AbortSignal, abort: AbortSignal, decided: AbortSignal): Promise<'failing'> {
    const { clock } = this.#options;
    await anyAborted([patience, abort], decided);
    const readAgo = () => clock.now() - (this.#readAtMs ?? Number.NEGATIVE_INFINITY);
    while (!abort.aborted && !decided.aborted && readAgo() < STALLED_MS) await clock.sleep(READING_POLL_MS);
    return 'failing';
  }

  /** Ends the delivery after the write it is at. */
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
        await this.#gather();
      } catch (error) {
        if (this.#ended.signal.aborted || isPawlError(error, 'lease_lost')) return;
        await this.#recordFailure(error);
        await this.#wait(backoffMs(this.#failures, RETRY, this.#options.clock.random()));
      }
    }
  }

  /** Writes page after page; what comes in meanwhile gathers for the next pass, unless somebody waits for the end. */
  async #deliverAll(): Promise<void> {
    let page: Page;
    do {
      this.#hasNews = false;
      page = await this.#deliverPage();
      if (page !== 'none') this.#hasNews = true; // there may be more
    } while (!this.#ended.signal.aborted && (page === 'large' || (this.#hasNews && this.#drained !== null)));
    this.#lastPassAtMs = this.#options.clock.now();
    if (this.#drained === null || this.#ended.signal.aborted) return;
    await this.#finish();
    await this.#deliverStorylines();
    await this.#noteHealth();
    this.#drained?.resolve();
  }

  async #deliverPage(): Promise<Page> {
    const { checkpoint, sink, clock } = this.#options;
    const state = await this.#ready();
    const page = await checkpoint.results({ afterSeq: state.resultSeq, limit: PAGE_LIMIT, maxBytes: PAGE_BYTES });
    const last = page.at(-1);
    if (last === undefined) return 'none';
    if ((await checkpoint.batch()).resultsEpoch !== state.epoch) return 'large'; // results were taken back: begin anew
    await this.#requireLease();
    this.#isReady = false; // until the cursor is saved, what the sink holds is in doubt
    const position = await sink.write(page, state.position, this.#ended.signal);
    const delivered = state.delivered + page.length;
    await this.#save({ ...state, resultSeq: last.resultSeq, position, delivered, updatedAtMs: clock.now() });
    this.#isReady = true;
    return sizeOf(page);
  }

  async #finish(): Promise<void> {
    const state = await this.#ready();
    await this.#requireLease();
    this.#isReady = false;
    const position = await this.#options.sink.finish(state.position, this.#ended.signal);
    await this.#keep({ ...state, position, updatedAtMs: this.#options.clock.now() });
    this.#isReady = true;
  }

  /** A sink that failed is well again only when it holds everything. */
  async #noteHealth(): Promise<void> {
    const state = await this.#ready();
    if (state.error !== null) await this.#save({ ...state, updatedAtMs: this.#options.clock.now() });
  }

  /** Gives the sink the storylines of the last settlement, unless it holds them. Linking may settle anew meanwhile. */
  async #deliverStorylines(): Promise<void> {
    const { checkpoint, sink, clock } = this.#options;
    if (sink.replaceStorylines === undefined) return;
    for (;;) {
      const state = await this.#ready();
      const settlement = await settlementOf(checkpoint);
      if (settlement === null || settlement === state.settlement) return;
      await this.#requireLease();
      this.#isReady = false;
      this.#readAtMs = clock.now();
      const position = await sink
        .replaceStorylines(this.#storylinesOf(settlement), state.position, this.#ended.signal)
        .finally(() => {
          this.#readAtMs = null;
        });
      const isWhole = (await settlementOf(checkpoint)) === settlement;
      await this.#save({ ...state, position, settlement: isWhole ? settlement : null, updatedAtMs: clock.now() });
      this.#isReady = true;
    }
  }

  #storylinesOf(settlement: number): SettledStorylines {
    const { checkpoint } = this.#options;
    return {
      settlement,
      storylines: () => this.#noteReading(storylineTexts(checkpoint)),
      linkages: () => this.#noteReading(allLinkages(checkpoint)),
    };
  }

  async *#noteReading(lines: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const line of lines) {
      if (this.#readAtMs !== null) this.#readAtMs = this.#options.clock.now();
      yield line;
    }
  }

  /** Saving the cursor is fenced; this keeps a runner that was frozen and taken over from touching the target, too. */
  async #requireLease(): Promise<void> {
    const { checkpoint, run } = this.#options;
    if (run === null || (await checkpoint.control()).holder === run) return;
    throw new PawlError('lease_lost', `Run ${run} no longer holds the batch; it delivers nothing more.`);
  }

  /** The state of a sink that agrees with it. */
  async #ready(): Promise<SinkState> {
    const { checkpoint, sink } = this.#options;
    const { resultsEpoch } = await checkpoint.batch();
    const state = this.#state ?? (await this.#load());
    if (state === null || state.epoch !== resultsEpoch) return this.#beginAnew(resultsEpoch, state);
    if (this.#isReady) return state;
    await this.#requireLease();
    const recovered = await sink.recover(state.position);
    if (recovered === 'lost') {
      await this.#note('sink_lost', `${sink.name} does not hold what was delivered; everything is delivered again`);
      return this.#beginAnew(resultsEpoch, state);
    }
    if (recovered === 'storylines_lost')
      await this.#note('sink_lost', `${sink.name} does not hold the storylines; they are delivered again`);
    this.#isReady = true;
    this.#state = recovered === 'storylines_lost' ? { ...state, settlement: null } : state;
    return this.#state;
  }

  async #load(): Promise<SinkState | null> {
    const { checkpoint, sink } = this.#options;
    return (await checkpoint.sinks()).find(({ name }) => name === sink.name) ?? null;
  }

  async #beginAnew(epoch: number, previous: SinkState | null): Promise<SinkState> {
    const { sink, clock } = this.#options;
    await this.#requireLease();
    const position = await sink.start(previous?.position ?? null);
    const fresh = {
      name: sink.name,
      resultSeq: 0,
      epoch,
      position,
      delivered: 0,
      settlement: null,
      error: null,
      failingSinceMs: null,
      updatedAtMs: clock.now(),
    };
    await this.#save(fresh);
    this.#isReady = true;
    return fresh;
  }

  async #save(state: SinkState): Promise<void> {
    await this.#keep({ ...state, error: null, failingSinceMs: null });
  }

  async #keep(state: SinkState): Promise<void> {
    await this.#options.checkpoint.saveSink(this.#options.run, state);
    this.#state = state;
  }

  /** Keeps the reason where status can show it; the cursor stays where it was. */
  async #recordFailure(error: unknown): Promise<void> {
    const { checkpoint, clock, run, sink } = this.#options;
    this.#failures += 1;
    this.#isReady = false;
    try {
      const state = this.#state ?? (await this.#load());
      const failing = {
        ...(state ?? { name: sink.name, resultSeq: 0, epoch: -1, position: {}, delivered: 0, settlement: null }),
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

  #awaitNews(): Promise<void> {
    if (this.#hasNews || this.#ended.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onNews = resolve;
    });
  }

  async #gather(): Promise<void> {
    if (this.#drained !== null) return;
    await this.#wait(this.#lastPassAtMs + GATHER_MS - this.#options.clock.now());
  }

  /** Waits; a drain or the end cuts it short. */
  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#hurry = new AbortController();
    const { signal } = this.#hurry;
    await this.#options.clock.sleep(ms, AbortSignal.any([signal, this.#ended.signal])).catch(() => undefined);
  }
}

/** The settlement that the storylines are of; null where none was made, or something has been taken up since. */
async function settlementOf(checkpoint: Checkpoint): Promise<number | null> {
  const state = await checkpoint.linking();
  return state === null || state.settledSeq === null ? null : state.settlement;
}

/** Waits until one of the signals is aborted, or `end` ends the waiting. */
function anyAborted(signals: readonly AbortSignal[], end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true, signal: end });
    }
    end.addEventListener('abort', () => resolve(), { once: true });
  });
}

function sizeOf(page: readonly StoredResult[]): Page {
  const bytes = page.reduce((sum, { result }) => sum + result.length, 0);
  return page.length >= LARGE * PAGE_LIMIT || bytes >= LARGE * PAGE_BYTES ? 'large' : 'small';
}
