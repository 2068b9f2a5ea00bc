import { createSinks, resultFiles } from '../composition.ts';
import { isPawlError, messageOf } from '../domain/errors.ts';
import { type BatchView, describeBatch } from '../engine/describe-batch.ts';
import { type RunSummary, runBatch } from '../engine/run-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { Notifier } from '../notification/notifier.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { writeReceipt } from '../receipt/write-receipt.ts';
import type { Cli } from './cli.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { NextCommands } from './next-commands.ts';
import type { OpenBatch } from './open-batch.ts';
import { renderEnding } from './render-ending.ts';
import { RunMeter } from './run-meter.ts';
import { listenForSignals } from './run-signals.ts';
import { ProgressDisplay } from './terminal/progress-display.ts';
import { terminalText } from './terminal/terminal-text.ts';

export interface WorkOptions {
  readonly json: boolean;
  readonly next: NextCommands;
}

/**
 * Runs a batch in this process until it comes to rest, with live progress, notifications and a summary at the end.
 * @returns the exit code
 * @throws {PawlError} what {@link runBatch} throws, after it was notified
 */
export async function workOnBatch(cli: Cli, open: OpenBatch, options: WorkOptions): Promise<number> {
  const startedAtMs = systemClock.now();
  const pipeline = createPipeline((await open.checkpoint.batch()).settings);
  const { end, reason } = await runHere(cli, open, pipeline).finally(() => pipeline.close());
  if (end === 'completed') await writeReceiptOf(open);
  const view = await describeBatch(open.checkpoint, systemClock.now());
  await reportEnding(cli, open, view, { ...options, elapsedMs: systemClock.now() - startedAtMs });
  if (end === 'paused' && reason !== null) cli.output.say(terminalText(`Paused: ${reason}.`, 300));
  return end === 'interrupted' ? EXIT.interrupted : exitCodeOf(view);
}

/** Writes the receipt of a batch into its folder. */
export async function writeReceiptOf({ checkpoint, folder }: OpenBatch): Promise<Receipt> {
  const { settings } = await checkpoint.batch();
  return writeReceipt(checkpoint, folder, resultFiles(settings, folder), systemClock.now());
}

/** Prints how a batch ended: as JSON, or as a summary for people. */
export async function reportEnding(
  { output }: Cli,
  { checkpoint, folder }: OpenBatch,
  view: BatchView,
  { json, next, elapsedMs }: WorkOptions & { readonly elapsedMs: number | null },
): Promise<void> {
  if (json) return output.json(view);
  await output.answer(...(await renderEnding({ view, checkpoint, folder, elapsedMs, next }, output.style)));
}

async function runHere(cli: Cli, { checkpoint, folder }: OpenBatch, pipeline: Pipeline): Promise<RunSummary> {
  const { output, by } = cli;
  const { settings } = await checkpoint.batch();
  const meter = await RunMeter.before(checkpoint);
  const display = new ProgressDisplay(process.stderr, output.errorStyle);
  const signals = listenForSignals((times) => display.say(SIGNAL_NOTES[times]));
  const notifier = new Notifier({
    checkpoint,
    clock: systemClock,
    by,
    onFailure: (target, problem) => display.say(terminalText(`pawl: ${target} could not be notified: ${problem}`, 600)),
  });
  try {
    const summary = await runBatch({
      checkpoint,
      pipeline,
      sinks: createSinks(settings, folder),
      clock: systemClock,
      by,
      interrupt: signals.interrupt,
      abort: signals.abort,
      onProgress: (progress) => {
        display.update(meter.read(progress, systemClock.now()));
        notifier.watch(progress);
      },
    });
    tellEnding(notifier, summary);
    return summary;
  } catch (error) {
    if (!isPawlError(error, 'batch_is_running') && !isPawlError(error, 'refused_transition'))
      notifier.tell('failed', messageOf(error));
    throw error;
  } finally {
    display.close();
    await notifier.settled();
    signals.dispose();
  }
}

const SIGNAL_NOTES = {
  1: 'pawl: finishing and saving what is in flight; once more ends at once (nothing that was saved is lost).',
  2: 'pawl: ending at once; what was in flight is given back.',
} as const;

function tellEnding(notifier: Notifier, { end, reason, batch }: RunSummary): void {
  if (end === 'completed') notifier.tell('ended', batch.failed === 0 ? null : `${batch.failed} documents failed`);
  if (end === 'stopped') notifier.tell('ended', 'stopped');
  if (end === 'paused') notifier.tell('paused', reason ?? batch.reason);
}
