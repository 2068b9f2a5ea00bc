import type { CheckpointStore, ListedBatch } from '../checkpoint/checkpoint-store.ts';
import { isPawlError, messageOf } from '../domain/errors.ts';
import type { Clock } from '../engine/clock.ts';
import { backoffMs } from '../engine/retry-policy.ts';
import { liveHolder } from '../engine/runner-liveness.ts';
import type { LanguageThreads } from '../pipeline/create-pipeline.ts';
import { runAndTell } from '../work/run-and-tell.ts';
import { settlePipeline } from '../work/settle-pipeline.ts';
import { measuredCheckpoint } from './metrics/measured-checkpoint.ts';
import type { Metrics } from './metrics/metrics.ts';

/** Batches that others put into the data folder are found after this long. */
const LOOK_EVERY_MS = 1_000;
/** A run that has had this long makes room when others wait, and waits for its next turn behind them. */
const TURN_MS = 5 * 60_000;
/** Waits before a batch whose run broke is tried again. */
const RETRY = { baseDelayMs: 1_000, maxDelayMs: 60_000 };

export type PipelineChoice = 'keep' | 'replace' | undefined;

type Waiting = Extract<ListedBatch, { kind: 'batch' }>;

export interface WorkshopLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface WorkshopOptions {
  readonly store: CheckpointStore;
  readonly clock: Clock;
  /** Who works, for the history. */
  readonly by: string;
  /** Batches that are worked on at once. */
  readonly maxBatches: number;
  /** How long a batch is worked on while others wait; default five minutes. */
  readonly turnMs?: number;
  readonly log: WorkshopLog;
  readonly metrics: Metrics;
  /** For the built-in stages of all batches. */
  readonly threads: LanguageThreads;
  /** Called when a batch has changed. */
  readonly onChange: (batchId: string) => void;
}

interface RunningBatch {
  readonly begunAtMs: number;
  readonly interrupt: AbortController;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** A batch that cannot be run at the moment. */
interface Setback {
  readonly failures: number;
  readonly notBeforeMs: number;
  readonly message: string;
}

/**
 * Works on the batches of a data folder, several side by side: those that were submitted or given work again, and those
 * whose runner died. What is paused, and what another process works on, is left alone.
 */
export class Workshop {
  readonly #options: WorkshopOptions;
  readonly #running = new Map<string, RunningBatch>();
  readonly #setbacks = new Map<string, Setback>();
  /** Batches to be begun though their input may not have come to its end, and what is to be done about another pipeline. */
  readonly #demanded = new Map<string, PipelineChoice>();
  /** When a batch last had its turn. */
  readonly #lastTurns = new Map<string, number>();
  /** Batches that would be begun if there were room, with their places: 1 for the next. */
  #line: ReadonlyMap<string, number> = new Map();
  readonly #ended = new AbortController();
  #onWake = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;

  constructor(options: WorkshopOptions) {
    this.#options = options;
    this.#loop = this.#watch();
  }

  /** The batches that are worked on here. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Where a batch is among those that wait for room, 1 for the next; null when it is not among them. */
  placeInLine(batchId: string): number | null {
    return this.#line.get(batchId) ?? null;
  }

  /** Says that a batch may have work. */
  wake(): void {
    this.#onWake.resolve();
  }

  /** Begins a batch as soon as there is room, whatever kept it from being run before. */
  demand(batchId: string, pipeline: PipelineChoice): void {
    this.#demanded.set(batchId, pipeline);
    const setback = this.#setbacks.get(batchId);
    if (setback !== undefined) this.#setbacks.set(batchId, { ...setback, failures: 0, notBeforeMs: 0 });
    this.wake();
  }

  /** Ends every run: what is in flight is finished and saved, or with `now` given back. Nothing is begun any more. */
  async close(now: boolean): Promise<void> {
    this.#ended.abort();
    this.wake();
    for (const { interrupt, abort } of this.#running.values()) (now ? abort : interrupt).abort();
    await this.#loop;
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#ended.signal.aborted) {
      this.#onWake = Promise.withResolvers<void>();
      await this.#look().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'cannot look for batches'));
      const look = new AbortController();
      const signal = AbortSignal.any([look.signal, this.#ended.signal]);
      await Promise.race([clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined), this.#onWake.promise]);
      look.abort();
    }
  }

  async #look(): Promise<void> {
    const { store, maxBatches } = this.#options;
    const listed = await store.list();
    const waiting = listed.filter((one): one is Waiting => one.kind === 'batch' && this.#waits(one));
    const since = ({ batch }: Waiting) => this.#lastTurns.get(batch.batchId) ?? batch.createdAtMs;
    waiting.sort((a, b) => since(a) - since(b));
    const ids = waiting.map(({ batch }) => batch.batchId);
    while (this.#running.size < maxBatches && ids.length > 0) {
      if (this.#ended.signal.aborted) return;
      this.#begin(ids.shift()!);
    }
    this.#lineUp(ids);
    this.#makeRoom(ids.length);
  }

  /** Tells of those whose place is another. */
  #lineUp(ids: readonly string[]): void {
    const before = this.#line;
    this.#line = new Map(ids.map((id, i) => [id, i + 1]));
    for (const id of new Set([...before.keys(), ...ids])) {
      if (before.get(id) !== this.#line.get(id)) this.#options.onChange(id);
    }
  }

  /** Ends the turns of the batches that have worked longest, where others wait. */
  #makeRoom(forBatches: number): void {
    const { clock, turnMs = TURN_MS } = this.#options;
    const longest = [...this.#running.values()].toSorted((a, b) => a.begunAtMs - b.begunAtMs).slice(0, forBatches);
    for (const { begunAtMs, interrupt } of longest) if (clock.now() - begunAtMs >= turnMs) interrupt.abort();
  }

  #waits({ batch, holder }: Waiting): boolean {
    const nowMs = this.#options.clock.now();
    const { batchId, status, accepted, reason } = batch;
    if (this.#running.has(batchId) || (this.#setbacks.get(batchId)?.notBeforeMs ?? 0) > nowMs) return false;
    if (liveHolder(holder, nowMs) !== null) return false;
    switch (status) {
      case 'RUNNING':
        return true;
      case 'QUEUED':
        return accepted || this.#demanded.has(batchId);
      case 'PAUSED':
        return reason === 'working_hours'; // its run would have gone on by itself
      default:
        return false;
    }
  }

  #begin(batchId: string): void {
    const interrupt = new AbortController();
    const abort = new AbortController();
    const pipeline = this.#demanded.get(batchId);
    const ended = this.#work(batchId, pipeline, interrupt.signal, abort.signal).finally(() => {
      this.#running.delete(batchId);
      this.#lastTurns.set(batchId, this.#options.clock.now());
      this.#options.metrics.ended(batchId);
      this.#options.onChange(batchId);
      this.wake();
    });
    this.#demanded.delete(batchId);
    this.#running.set(batchId, { begunAtMs: this.#options.clock.now(), interrupt, abort, ended });
  }

  async #work(batchId: string, pipeline: PipelineChoice, interrupt: AbortSignal, abort: AbortSignal): Promise<void> {
    const { store, by, log, metrics, threads, onChange } = this.#options;
    try {
      const checkpoint = await store.openThreaded(batchId);
      try {
        await settlePipeline(checkpoint, pipeline, by);
        log.info({ batchId }, 'batch begun');
        const { end, reason } = await runAndTell(
          { checkpoint: measuredCheckpoint(checkpoint, metrics), folder: store.folderOf(batchId) },
          {
            by,
            threads,
            interrupt,
            abort,
            onProgress: (progress) => {
              metrics.progress(batchId, progress);
              onChange(batchId);
            },
            onTracesLost: (problem) => log.warn({ batchId, problem }, 'traces lost'),
            onNotifyFailure: (target, problem) => log.warn({ batchId, target, problem }, 'notification failed'),
          },
        );
        this.#setbacks.delete(batchId);
        log.info({ batchId, end, reason }, 'run ended');
      } catch (error) {
        await this.#setBack(batchId, error, (reason) =>
          checkpoint.note(
            { event: 'not_run', reason, run: null, details: {} },
            { atMs: this.#options.clock.now(), by },
          ),
        );
      } finally {
        await checkpoint.close();
      }
    } catch (error) {
      await this.#setBack(batchId, error, async () => undefined);
    }
  }

  /** Lets a batch whose run did not come about, or broke, wait longer each time; says why where users look. */
  async #setBack(batchId: string, error: unknown, note: (reason: string) => Promise<void>): Promise<void> {
    if (isPawlError(error, 'batch_is_running') || isPawlError(error, 'unknown_batch')) return;
    const { clock, log } = this.#options;
    const message = messageOf(error);
    const before = this.#setbacks.get(batchId);
    const failures = (before?.failures ?? 0) + 1;
    const notBeforeMs = clock.now() + backoffMs(failures, RETRY, clock.random());
    this.#setbacks.set(batchId, { failures, notBeforeMs, message });
    log.warn({ batchId, error: message, failures }, 'batch could not be run');
    if (before?.message !== message) await note(message).catch(() => undefined); // said once
  }
}
