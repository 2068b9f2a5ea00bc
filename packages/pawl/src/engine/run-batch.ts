import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Sink } from '../delivery/sink.ts';
import type { Batch, Runner } from '../domain/batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type LinkingModels, NO_MODELS } from '../storylines/linking-models.ts';
import { BatchRun } from './batch-run.ts';
import { claimBatch } from './claim-batch.ts';
import type { Clock } from './clock.ts';
import type { DocumentTrace } from './document-trace.ts';
import type { RunEnding } from './run-closing.ts';
import type { RunProgress } from './run-progress.ts';
import { thisRunner } from './runner-liveness.ts';
import { systemClock } from './system-clock.ts';

export interface RunBatchOptions {
  readonly checkpoint: Checkpoint;
  readonly pipeline: Pipeline;
  readonly sinks: readonly Sink[];
  /** Who runs it, for the history. */
  readonly by: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: this process. */
  readonly runner?: Runner;
  /** Where the files of storylines go; without it nothing is linked. */
  readonly folder?: string;
  /** JSON of weights to link with from now on, `builtin` for those that come with pawl; default: those used before. */
  readonly weights?: string | null;
  /** Models that linking asks. Default: none. */
  readonly linkingModels?: LinkingModels;
  /** Ends the run gracefully: what is in flight is finished and saved. */
  readonly interrupt?: AbortSignal;
  /** Ends the run at once: what is in flight is given back. */
  readonly abort?: AbortSignal;
  /** Called after each commit and at least every two seconds; must be quick and must not throw. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Called when a document leaves its lane, before its outcome is saved; must be quick and must not throw. */
  readonly onTrace?: (trace: DocumentTrace) => void;
}

export interface RunSummary extends RunEnding {
  /** As the run left it. */
  readonly batch: Batch;
}

/**
 * Works on a batch until it is done, paused, stopped, interrupted or broken. Documents that have an outcome are left
 * alone, all others are taken up: running again is how a batch is resumed (guarantee G6).
 * @throws {PawlError} `batch_is_running` when a live runner has it; `refused_transition` when its state allows no run;
 *   `lease_lost`, `disk_full`, `data_unwritable` and the like when the run broke
 */
export async function runBatch(options: RunBatchOptions): Promise<RunSummary> {
  const { checkpoint, clock = systemClock, runner = thisRunner(), by } = options;
  const interrupt = options.interrupt ?? new AbortController().signal;
  const abort = options.abort ?? new AbortController().signal;
  const run = await claimBatch(checkpoint, runner, clock, by, AbortSignal.any([interrupt, abort]));
  const batch = await checkpoint.batch();
  const { pipeline, sinks, folder = null, weights = null, linkingModels = NO_MODELS, onTrace } = options;
  const batchRun = new BatchRun(run, batch, {
    ...(onTrace === undefined ? {} : { onTrace }),
    ...{ checkpoint, pipeline, sinks, folder, weights, linkingModels, clock, by },
    onProgress: options.onProgress ?? (() => undefined),
  });
  const stopListening = [
    onAbort(interrupt, () => batchRun.halt({ kind: 'interrupted' })),
    onAbort(abort, () => batchRun.halt({ kind: 'interrupted' }, true)),
  ];
  try {
    const ending = await batchRun.work();
    return { ...ending, batch: await checkpoint.batch() };
  } finally {
    for (const stop of stopListening) stop();
  }
}

/** Calls `listener` when the signal is aborted, also when it already is. @returns what ends that */
function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
