import { type BatchView, describeBatch } from '../engine/describe-batch.ts';
import type { RunBatchOptions, RunSummary } from '../engine/run-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { runAndTell } from '../work/run-and-tell.ts';
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
 * @throws {PawlError} what {@link runAndTell} throws
 */
export async function workOnBatch(cli: Cli, open: OpenBatch, options: WorkOptions): Promise<number> {
  const startedAtMs = systemClock.now();
  const { end, reason } = await runHere(cli, open);
  const view = await describeBatch(open.checkpoint, systemClock.now());
  await reportEnding(cli, open, view, { ...options, elapsedMs: systemClock.now() - startedAtMs });
  if (end === 'paused' && reason !== null) cli.output.say(terminalText(`Paused: ${reason}.`, 300));
  return end === 'interrupted' ? EXIT.interrupted : exitCodeOf(view);
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

/**
 * Runs a batch in this process until it comes to rest, with live progress and notifications.
 * @throws {PawlError} what {@link runAndTell} throws
 */
export async function runHere(
  { output, by }: Cli,
  open: OpenBatch,
  options: Pick<RunBatchOptions, 'weights'> = {},
): Promise<RunSummary> {
  const meter = await RunMeter.before(open.checkpoint);
  const display = new ProgressDisplay(process.stderr, output.errorStyle);
  const signals = listenForSignals((times) => display.say(SIGNAL_NOTES[times]));
  try {
    return await runAndTell(open, {
      ...options,
      by,
      interrupt: signals.interrupt,
      abort: signals.abort,
      onProgress: (progress) => display.update(meter.read(progress, systemClock.now())),
      onNotifyFailure: (target, problem) =>
        display.say(terminalText(`pawl: ${target} could not be notified: ${problem}`, 600)),
      onTracesLost: (problem) => display.say(terminalText(`pawl: traces were lost: ${problem}`, 600)),
    });
  } finally {
    display.close();
    signals.dispose();
  }
}

const SIGNAL_NOTES = {
  1: 'pawl: finishing and saving what is in flight; once more ends at once (nothing that was saved is lost).',
  2: 'pawl: ending at once; what was in flight is given back.',
} as const;
