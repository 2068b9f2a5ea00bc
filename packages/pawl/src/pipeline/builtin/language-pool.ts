import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { messageOf } from '../../domain/errors.ts';
import { StageError } from '../../domain/stage-error.ts';
import type { Analysis, AnalysisTask } from './analysis.ts';

/** Threads stay for this long without work. */
const IDLE_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;

export interface LanguagePoolOptions {
  /** Heap of one thread in MiB. */
  readonly workerMemoryMb: number;
  /** Threads at most; the machine's cores bound them too. */
  readonly maxThreads: number;
  /** How long the first thread may take to load its models, in milliseconds; default a minute. */
  readonly startTimeoutMs?: number;
  /** The module that does the work; its default export takes an {@link AnalysisTask}. */
  readonly worker: URL;
}

/** Whoever analyses texts for the built-in stages. */
export interface TextAnalyser {
  /** @throws as {@link LanguagePool.analyse} does */
  analyse(task: AnalysisTask, signal: AbortSignal): Promise<Analysis>;
  close(): Promise<void>;
}

/**
 * Worker threads that analyse texts, one text a thread at a time: a thread that crashes, or needs more memory than it may,
 * fails the text it had and no other. Threads start with the first text.
 */
export class LanguagePool implements TextAnalyser {
  readonly #options: LanguagePoolOptions;
  readonly #threads: number;
  /** Texts that wait for a thread. Piscina's own queue is not used: its tasks starve when the last thread dies. */
  readonly #waiting = new Set<() => void>();
  #busy = 0;
  #pool: StartedPool | null = null;

  constructor(options: LanguagePoolOptions) {
    this.#options = options;
    this.#threads = Math.max(1, Math.min(availableParallelism(), options.maxThreads));
  }

  /**
   * @throws {StageError} `worker_crashed`, `out_of_memory`, `stage_failed`; `provider_unavailable` when threads cannot even
   *   start; the signal's reason when it is aborted
   */
  async analyse(task: AnalysisTask, signal: AbortSignal): Promise<Analysis> {
    await this.#awaitThread(signal);
    this.#pool ??= this.#start();
    const { pool, broken } = this.#pool;
    try {
      return await Promise.race([pool.run(task, { signal }), broken]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof StageError ? error : toStageError(error, this.#options.workerMemoryMb);
    } finally {
      this.#busy -= 1;
      this.#next();
    }
  }

  async close(): Promise<void> {
    const started = this.#pool;
    this.#pool = null;
    await started?.pool.destroy();
  }

  #awaitThread(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(begin);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(begin);
      this.#next();
    });
  }

  #next(): void {
    const [begin] = this.#waiting;
    if (begin === undefined || this.#busy >= this.#threads) return;
    this.#waiting.delete(begin);
    this.#busy += 1;
    begin();
  }

  #start(): StartedPool {
    const { worker, workerMemoryMb } = this.#options;
    const pool = new Piscina<AnalysisTask, Analysis>({
      filename: worker.href,
      minThreads: 0,
      maxThreads: this.#threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: IDLE_TIMEOUT_MS,
      resourceLimits: { maxOldGenerationSizeMb: workerMemoryMb },
      recordTiming: false,
      atomics: 'disabled', // a thread that waits in Atomics.wait cannot finish loading its models
    });
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined); // nobody may be waiting
    const giveUp = (error: unknown) => {
      if (this.#pool?.pool === pool) this.#pool = null;
      const message = `The language threads do not start: ${messageOf(error)}`;
      broken.reject(new StageError('unavailable', 'provider_unavailable', message, { cause: error }));
      void pool.destroy();
    };
    // A thread that dies or hangs while it loads has no task yet: Piscina lets the tasks wait, and starts no other.
    pool.on('error', giveUp);
    const { startTimeoutMs = START_TIMEOUT_MS } = this.#options;
    const late = new Error(`none was ready after ${startTimeoutMs / 1000} s`);
    const startTimer = setTimeout(() => giveUp(late), startTimeoutMs).unref();
    pool.on('workerCreate', () => clearTimeout(startTimer));
    return { pool, broken: broken.promise };
  }
}

interface StartedPool {
  readonly pool: Piscina<AnalysisTask, Analysis>;
  /** Rejects when its threads do not start. */
  readonly broken: Promise<never>;
}

function toStageError(error: unknown, workerMemoryMb: number): StageError {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = `The document needs more than the ${workerMemoryMb} MiB a worker thread may take.`;
    return new StageError('permanent', 'out_of_memory', message, { cause: error });
  }
  if (code === undefined && !isCrash(error)) {
    return new StageError('permanent', 'stage_failed', messageOf(error), { cause: error });
  }
  return new StageError('permanent', 'worker_crashed', `The worker thread died: ${messageOf(error)}`, { cause: error });
}

/** Piscina reports an exit of the thread in words only. */
function isCrash(error: unknown): boolean {
  return /worker (exited|stopped|terminated)/i.test(messageOf(error));
}
