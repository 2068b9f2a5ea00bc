import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDuration } from '../../config/duration.ts';
import { type BatchView, describeBatch } from '../../engine/describe-batch.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { exitCodeOf } from '../exit-code.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { progressOf, reasonOf } from '../render-status.ts';
import { spentText } from '../render-usage.ts';
import { clockTime } from '../terminal/quantity.ts';

const MIN_INTERVAL_MS = 100;
const DEFAULT_INTERVAL_MS = 5_000;
/** How often the state is looked at between two lines, so that the end of the batch is told at once. */
const POLL_MS = 500;

export const monitorCommand: CommandFactory = (cli) =>
  new Command('monitor')
    .summary('watch a batch until it comes to rest')
    .description(
      'Prints a line at intervals until nobody works on the batch any more and nobody will by itself. Ends with the exit ' +
        'code of the batch: 0 done, 3 done with failed documents, 4 paused, 5 stopped, 130 interrupted, 1 failed.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option(
      '--interval <seconds>',
      'seconds between two lines (or a duration such as 1m)',
      parseInterval,
      DEFAULT_INTERVAL_MS,
    )
    .addOption(jsonOption().default(false))
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl monitor\n  pawl monitor news --interval 30')
    .action(async (id, options, command) => {
      const { output } = cli;
      await withBatch(options.data, id, async ({ checkpoint, batchId }) => {
        const look = () => describeBatch(checkpoint, systemClock.now());
        let view = await look();
        for (let line = 1; !output.readerGone; line++) {
          const text = monitorLine(line, view, systemClock.now());
          if (options.json) output.say(text);
          else await output.answer(text);
          if (isAtRest(view)) break;
          view = await nextView(view, look, options.interval);
        }
        if (options.json) await output.json(view);
        if (view.status === 'PAUSED' || view.status === 'INTERRUPTED') {
          output.say(`Go on with: ${new NextCommands(command).of('resume', batchId)}`);
        }
        cli.exitCode = exitCodeOf(view);
      });
    });

/** `[1] 20:43:25 | Status: RUNNING | Progress: 136/253 (53.8%) | Failed: 12 | Rate: 2.5 docs/min` */
function monitorLine(line: number, view: BatchView, nowMs: number): string {
  const suspended = view.stages.filter(({ state }) => state === 'suspended').map(({ name }) => name);
  const parts = [
    `[${line}] ${clockTime(nowMs)}`,
    `Status: ${view.status}${reasonOf(view)}`,
    `Progress: ${progressOf(view)}`,
    `Failed: ${view.failed}`,
    `Rate: ${(view.rate_docs_per_min ?? 0).toFixed(1)} docs/min`,
  ];
  if (view.tokens > 0) parts.push(`Spent: ${spentText(view)}`);
  if (suspended.length > 0) parts.push(`Suspended: ${suspended.join(', ')}`);
  return parts.join(' | ');
}

/** Nobody works on it, and nobody will by itself. A queued batch waits for somebody who may be starting. */
function isAtRest({ status, reason }: BatchView): boolean {
  if (status === 'PAUSED') return reason !== 'working_hours';
  return status !== 'RUNNING' && status !== 'QUEUED';
}

/** The view after `intervalMs`, or earlier when the batch changes its state. */
async function nextView(before: BatchView, look: () => Promise<BatchView>, intervalMs: number): Promise<BatchView> {
  const untilMs = systemClock.now() + intervalMs;
  for (;;) {
    const leftMs = untilMs - systemClock.now();
    await sleep(Math.max(0, Math.min(POLL_MS, leftMs)));
    const view = await look();
    if (view.status !== before.status || systemClock.now() >= untilMs) return view;
  }
}

function parseInterval(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === null || ms < MIN_INTERVAL_MS || ms > 86_400_000) {
    throw new InvalidArgumentError('Give seconds from 0.1, or a duration such as 1m.');
  }
  return ms;
}
