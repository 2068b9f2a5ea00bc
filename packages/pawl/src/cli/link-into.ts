import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { openStore } from '../composition.ts';
import { DEFAULT_SETTINGS } from '../config/default-settings.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import type { Batch } from '../domain/batch.ts';
import { describeBatch } from '../engine/describe-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { isLinked } from '../storylines/linking.ts';
import { collectBatches, type SourceReport } from '../work/collect-batches.ts';
import { deliverRest } from '../work/deliver-rest.ts';
import { writeReceiptOf } from '../work/write-receipt-of.ts';
import type { Cli } from './cli.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { NextCommands } from './next-commands.ts';
import { commandSettings } from './options.ts';
import { sinkProblems } from './render-status.ts';
import { missingText } from './render-storylines.ts';
import { RESUMABLE_SETTINGS } from './resume-batch.ts';
import { counted } from './terminal/quantity.ts';
import { runHere } from './work-on-batch.ts';

export interface LinkIntoOptions {
  readonly data: string;
  /** Batch or job id of the collection. */
  readonly into: string;
  /** Batch or job ids that it is to be made of, besides those it is made of already. */
  readonly sources: readonly string[];
  /** As in RunBatchOptions. */
  readonly weights: string | null;
  readonly json: boolean;
}

/**
 * Brings a collection up to date with its batches, links it and says what came of it. The same again carries on where it was.
 * @returns the exit code
 * @throws {PawlError} what {@link collectBatches} and a run throw
 */
export async function linkInto(cli: Cli, command: CommandUnknownOpts, options: LinkIntoOptions): Promise<number> {
  const store = openStore(options.data);
  const reports: SourceReport[] = [];
  const { settings } = resolveSettings({
    base: DEFAULT_SETTINGS,
    baseOrigin: 'default',
    among: RESUMABLE_SETTINGS,
    ...(await commandSettings(command)),
  });
  const checkpoint = await collectBatches(store, {
    ...options,
    settings,
    by: cli.by,
    onSource: (report) => {
      reports.push(report);
      cli.output.say(sourceLine(report));
    },
  });
  try {
    const { batchId } = await checkpoint.batch();
    const open = { store, checkpoint, batchId, folder: store.folderOf(batchId) };
    const isCurrent = await isUpToDate(checkpoint, options.weights);
    if (isCurrent) {
      if ((await deliverRest(open)) === 'delivered') await writeReceiptOf(open);
    } else {
      await reopen(checkpoint, cli.by);
      const { end } = await runHere(cli, open, { weights: options.weights });
      if (end === 'interrupted') return EXIT.interrupted;
    }
    await tell(cli, checkpoint, { reports, isCurrent, json: options.json, next: new NextCommands(command) });
    return exitCodeOf(await describeBatch(checkpoint, systemClock.now()));
  } finally {
    await checkpoint.close();
  }
}

async function isUpToDate(checkpoint: Checkpoint, weights: string | null): Promise<boolean> {
  const { status, settings } = await checkpoint.batch();
  if (status !== 'COMPLETED' || weights !== null) return false;
  return !settings.link || isLinked(checkpoint);
}

/** A run takes up what is not completed. */
async function reopen(checkpoint: Checkpoint, by: string): Promise<void> {
  if ((await checkpoint.batch()).status !== 'COMPLETED') return;
  const reason = 'to be linked';
  await checkpoint.transition('add', { reason, now: false, run: null }, { atMs: systemClock.now(), by });
}

function sourceLine(report: SourceReport): string {
  if (report.kind === 'gone') return `${report.batchId}: it is gone; what it gave stays.`;
  const { added, replaced, removed } = report.tally;
  const parts = [
    ...(added > 0 ? [`${counted(added, 'new document')}`] : []),
    ...(replaced > 0 ? [`${counted(replaced, 'document')} with another result`] : []),
    ...(removed > 0 ? [`${counted(removed, 'document')} that it no longer has`] : []),
  ];
  const rest = report.remaining > 0 ? `; ${counted(report.remaining, 'document')} of it to come` : '';
  return `${report.batchId}: ${parts.length === 0 ? 'nothing new' : parts.join(', ')}${rest}.`;
}

async function tell(
  { output }: Cli,
  checkpoint: Checkpoint,
  told: {
    readonly reports: readonly SourceReport[];
    readonly isCurrent: boolean;
    readonly json: boolean;
    readonly next: NextCommands;
  },
): Promise<void> {
  output.say(...(await sinkProblems(checkpoint)));
  const batch = await checkpoint.batch();
  const state = await checkpoint.linking();
  const storylines = state?.storylines ?? 0;
  if (told.json) {
    const settled = await isLinked(checkpoint);
    const missing = state?.missing ?? null;
    return output.json({
      batch_id: batch.batchId,
      storylines,
      settled,
      missing,
      sources: told.reports.map(sourceView),
    });
  }
  if (state != null && state.missing !== null) output.say(`The storylines are ${missingText(state.missing)}.`);
  const what = `${counted(storylines, 'storyline')} in ${counted(batch.processed, 'document')}`;
  return output.answer(
    `Batch ${batch.batchId}${told.isCurrent ? ' is up to date' : ''}: ${what}. ${whatNext(batch, told.next)}`,
  );
}

function whatNext({ status, batchId }: Batch, next: NextCommands): string {
  if (status === 'COMPLETED') return `See: ${next.of('storylines', batchId)}`;
  return `It is ${status}; go on with: ${next.of('link', '--into', batchId)}`;
}

function sourceView(report: SourceReport): object {
  if (report.kind === 'gone') return { batch_id: report.batchId, gone: true };
  const { added, replaced, removed } = report.tally;
  return { batch_id: report.batchId, gone: false, added, replaced, removed, remaining: report.remaining };
}
