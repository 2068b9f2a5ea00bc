import { answersFor, createSinks, dataFolderOf, openTraces } from '../composition.ts';
import { isPawlError, messageOf } from '../domain/errors.ts';
import { type RunBatchOptions, type RunSummary, runBatch } from '../engine/run-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { Notifier } from '../notification/notifier.ts';
import { createPipeline, type LanguageThreads } from '../pipeline/create-pipeline.ts';
import { closeLinkingModels, createLinkingModels } from '../storylines/linking-models.ts';
import type { TraceOutput } from '../tracing/trace-output.ts';
import type { BatchAtHand } from './batch-at-hand.ts';
import { writeReceiptOf } from './write-receipt-of.ts';

export interface RunAndTellOptions
  extends Pick<RunBatchOptions, 'by' | 'weights' | 'interrupt' | 'abort' | 'onProgress'> {
  /** Called when somebody who is to be notified cannot be reached. */
  readonly onNotifyFailure: (target: string, problem: string) => void;
  /** Called when a collector did not take the last traces. */
  readonly onTracesLost: (problem: string) => void;
  /** Threads that other batches use too; default: threads of its own. */
  readonly threads?: LanguageThreads;
}

/**
 * Works on a batch until it comes to rest, with the pipeline and the sinks that it is set to; tells whom it is set to
 * notify, sends traces where the environment says to, and writes the receipt when it is complete.
 * @throws {PawlError} what {@link runBatch} throws, after it was notified; `invalid_setting`, `sink_unfit`
 */
export async function runAndTell(batch: BatchAtHand, options: RunAndTellOptions): Promise<RunSummary> {
  const traces = await openTraces(process.env);
  try {
    const summary = await runNotified(batch, options, traces);
    if (summary.end === 'completed') await writeReceiptOf(batch);
    return summary;
  } finally {
    const problem = (await traces?.close()) ?? null; // the last thing of all: nothing waits for a collector
    if (problem !== null) options.onTracesLost(problem);
  }
}

async function runNotified(
  batch: BatchAtHand,
  options: RunAndTellOptions,
  traces: TraceOutput | null,
): Promise<RunSummary> {
  const { settings } = await batch.checkpoint.batch();
  const answers = answersFor(settings, dataFolderOf(batch.folder));
  const pipeline = createPipeline(settings, process.env, answers, options.threads ?? null, batch.folder);
  const linkingModels = createLinkingModels(settings, process.env, answers);
  const notifier = new Notifier({
    checkpoint: batch.checkpoint,
    clock: systemClock,
    by: options.by,
    onFailure: options.onNotifyFailure,
  });
  try {
    const summary = await runBatch({
      ...options,
      checkpoint: batch.checkpoint,
      pipeline,
      sinks: createSinks(settings, batch.folder),
      folder: batch.folder,
      linkingModels,
      clock: systemClock,
      onProgress: (progress) => {
        options.onProgress?.(progress);
        notifier.watch(progress);
      },
      ...(traces === null ? {} : { onTrace: (trace) => traces.tell(trace) }),
    });
    tellEnding(notifier, summary);
    return summary;
  } catch (error) {
    if (!isPawlError(error, 'batch_is_running') && !isPawlError(error, 'refused_transition'))
      notifier.tell('failed', messageOf(error));
    throw error;
  } finally {
    await notifier.settled();
    await closeLinkingModels(linkingModels);
    await pipeline.close();
  }
}

function tellEnding(notifier: Notifier, { end, reason, batch }: RunSummary): void {
  if (end === 'completed') notifier.tell('ended', batch.failed === 0 ? null : `${batch.failed} documents failed`);
  if (end === 'stopped') notifier.tell('ended', 'stopped');
  if (end === 'paused') notifier.tell('paused', reason ?? batch.reason);
}
