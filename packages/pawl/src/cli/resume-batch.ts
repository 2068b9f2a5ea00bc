import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { resolveSettings } from '../config/resolve-settings.ts';
import { SETTINGS, type Setting } from '../config/setting.ts';
import { settingsChange } from '../config/settings-change.ts';
import type { Batch } from '../domain/batch.ts';
import { describeBatch } from '../engine/describe-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { deliverRest } from '../work/deliver-rest.ts';
import { settlePipeline } from '../work/settle-pipeline.ts';
import { writeReceiptOf } from '../work/write-receipt-of.ts';
import { workInBackground } from './background.ts';
import type { Cli } from './cli.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { NextCommands } from './next-commands.ts';
import type { OpenBatch } from './open-batch.ts';
import { commandSettings } from './options.ts';
import { reportEnding, workOnBatch } from './work-on-batch.ts';

export interface ResumeOptions {
  readonly data: string;
  readonly detach?: true | undefined;
  readonly json?: true | undefined;
  readonly pipeline?: 'keep' | 'replace' | undefined;
}

/** Settings that can be given anew to a batch whose input is accepted and whose pipeline stays. */
export const RESUMABLE_SETTINGS: readonly Setting[] = SETTINGS.filter(
  ({ takesEffect }) => takesEffect === 'at-once' || takesEffect === 'next-run',
);

/**
 * Works on a batch whose documents are accepted, here or in the background, with the settings that the command gives;
 * one that is completed is only reported.
 * @returns the exit code
 */
export async function resumeBatch(
  cli: Cli,
  command: CommandUnknownOpts,
  open: OpenBatch,
  options: ResumeOptions,
): Promise<number> {
  const shown = { json: options.json ?? false, next: new NextCommands(command) };
  const batch = await open.checkpoint.batch();
  if (batch.status === 'COMPLETED') return reportNothingToDo(cli, open, shown);
  await giveSettings(cli, command, open, batch);
  await settlePipeline(open.checkpoint, options.pipeline, cli.by);
  if (options.detach) {
    await workInBackground(cli, open, { ...shown, data: options.data, pipeline: options.pipeline });
    return EXIT.processed;
  }
  return workOnBatch(cli, open, shown);
}

async function giveSettings(
  { by }: Cli,
  command: CommandUnknownOpts,
  { checkpoint }: OpenBatch,
  batch: Batch,
): Promise<void> {
  const { settings } = resolveSettings({
    base: batch.settings,
    baseOrigin: 'batch',
    among: RESUMABLE_SETTINGS,
    ...(await commandSettings(command)),
  });
  const change = settingsChange(batch.settings, settings);
  if (Object.keys(change).length > 0)
    await checkpoint.updateSettings(settings, change, { atMs: systemClock.now(), by });
}

async function reportNothingToDo(
  cli: Cli,
  open: OpenBatch,
  shown: { readonly json: boolean; readonly next: NextCommands },
): Promise<number> {
  if ((await deliverRest(open)) === 'delivered') await writeReceiptOf(open);
  const view = await describeBatch(open.checkpoint, systemClock.now());
  const { isCollection } = await open.checkpoint.batch();
  const hint = isCollection
    ? ` What its batches have since is taken by: ${shown.next.of('link', '--into', open.batchId)}`
    : '';
  cli.output.say(`Batch ${open.batchId} is completed; there is nothing new to do.${hint}`);
  await reportEnding(cli, open, view, { ...shown, elapsedMs: null });
  return exitCodeOf(view);
}
