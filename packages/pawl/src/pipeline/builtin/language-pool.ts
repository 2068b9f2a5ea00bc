import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { messageOf } from '../../domain/errors.ts';
import { StageError } from '../stage.ts';
import type { Analysis, AnalysisTask } from './analysis.ts';

/** Threads stay for this long without work. */
const IDLE_TIMEOUT_MS = 60_000;

export interface LanguagePoolOptions {
  /** Heap of one thread in MiB. */
  readonly workerMemoryMb: number;
  /** Threads at most; the machine's cores bound them too. */
  readonly maxThreads: number;
  /** The module that does the work; its default export takes an {@link AnalysisTask}. */
  readonly worker: URL;
}

/**
 * Worker threads that analyse texts, one text a thread at a time: a thread that crashes, or needs more memory than it may,
 * fails the text it had and no other. Threads start with the first text.
 */
export class LanguagePool {
  readonly #options: LanguagePoolOptions;
  #pool: Piscina<AnalysisTask, Analysis> | null = null;

  constructor(options: LanguagePoolOptions) {
    this.#options = options;
  }

  /** @throws {StageError} `worker_crashed`, `out_of_memory`, `stage_failed`; the signal's reason when it is aborted */
  async analyse(task: AnalysisTask, signal: AbortSignal): Promise<Analysis> {
    this.#pool ??= this.#start();
    try {
      return await this.#pool.run(task, { signal });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toStageError(error, this.#options.workerMemoryMb);
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  #start(): Piscina<AnalysisTask, Analysis> {
    const { worker, workerMemoryMb, maxThreads } = this.#options;
    const pool = new Piscina<AnalysisTask, Analysis>({
      filename: worker.href,
      minThreads: 0,
      maxThreads: Math.max(1, Math.min(availableParallelism(), maxThreads)),
      concurrentTasksPerWorker: 1,
      idleTimeout: IDLE_TIMEOUT_MS,
      resourceLimits: { maxOldGenerationSizeMb: workerMemoryMb },
      recordTiming: false,
      atomics: 'disabled', // a thread that waits in Atomics.wait cannot finish loading its models
    });
    pool.on('error', () => undefined); // a thread that died without work; the next text gets a new one
    return pool;
  }
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
