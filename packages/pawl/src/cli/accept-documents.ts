import { randomUUID } from 'node:crypto';
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { AcceptanceRecord } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import { createSinks, openStore } from '../composition.ts';
import { DEFAULT_SETTINGS } from '../config/default-settings.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { SETTINGS } from '../config/setting.ts';
import type { Batch, BatchSettings } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { liveRun } from '../engine/live-run.ts';
import { systemClock } from '../engine/system-clock.ts';
import { defaultBatchId } from '../intake/default-batch-id.ts';
import { type SubmittedBatch, submitBatch } from '../intake/submit-batch.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { createLinkingModels } from '../storylines/linking-models.ts';
import { AcceptanceDisplay } from './acceptance-display.ts';
import type { Cli } from './cli.ts';
import { addSettingOptions, commandSettings } from './options.ts';
import { count, counted, dateTime } from './terminal/quantity.ts';
import { terminalText } from './terminal/terminal-text.ts';

/** The flags of `run` and `submit` that say what is accepted into which batch. */
export interface AcceptFlags {
  readonly data: string;
  readonly batch?: string | undefined;
  readonly pipeline?: 'keep' | 'replace' | undefined;
  readonly reprocessChanged?: true | undefined;
}

export function batchOption() {
  return new Option('--batch <id>', "id of the batch; default: made from the file's name");
}

export function reprocessOption() {
  return new Option('--reprocess-changed', 'process known documents again whose content has changed');
}

/** Adds a flag for every setting. */
export function addAllSettings(command: CommandUnknownOpts): void {
  addSettingOptions(command, SETTINGS);
}

/**
 * Accepts a file, or standard input, into its batch and says what came of it.
 * @param mayRun whether a batch that a live runner works on may be given documents
 * @throws {PawlError} what {@link submitBatch} throws; `batch_is_running`
 */
export async function acceptDocuments(
  cli: Cli,
  command: CommandUnknownOpts,
  input: string,
  flags: AcceptFlags,
  mayRun: boolean,
): Promise<Batch> {
  const store = openStore(flags.data);
  const batchId = flags.batch ?? defaultBatchId(input);
  const base = await knownSettings(store, batchId, mayRun);
  const { settings } = resolveSettings({
    base: base ?? DEFAULT_SETTINGS,
    baseOrigin: base === null ? 'default' : 'batch',
    among: SETTINGS,
    ...(await commandSettings(command)),
  });
  const pipeline = createPipeline(settings);
  createLinkingModels(settings, process.env, null); // says now whether it can
  createSinks(settings, store.folderOf(batchId)); // the same
  const display = new AcceptanceDisplay(cli.output);
  try {
    const submitted = await submitBatch(store, {
      batchId,
      input,
      settings,
      settingsChoice: 'change',
      pipeline: pipeline.identity,
      pipelineChoice: flags.pipeline ?? null,
      reprocessChanged: flags.reprocessChanged ?? false,
      by: cli.by,
      clock: systemClock,
      newJobId: randomUUID,
      onProgress: (progress) => display.update(progress),
    });
    await submitted.checkpoint.close();
    display.close();
    cli.output.say(...describeAcceptance(submitted));
    return submitted.batch;
  } finally {
    display.close();
    await pipeline.close();
  }
}

/** The settings of a batch that exists; null for a new one. @throws {PawlError} `batch_is_running` */
async function knownSettings(store: CheckpointStore, batchId: string, mayRun: boolean): Promise<BatchSettings | null> {
  if (!(await store.exists(batchId))) return null;
  const checkpoint = await store.open(batchId);
  try {
    const runner = await liveRun(checkpoint, systemClock.now());
    if (runner !== null && !mayRun) {
      const { pid, host } = runner.runner;
      const since = dateTime(runner.startedAtMs);
      const who = `process ${pid} on ${host} since ${since}`;
      throw new PawlError(
        'batch_is_running',
        `Batch ${batchId} is being run by ${who}. Watch it with: pawl monitor ${batchId}`,
      );
    }
    return (await checkpoint.batch()).settings;
  } finally {
    await checkpoint.close();
  }
}

/** What an input became: `Batch news: 54 documents, 54 new.` */
function describeAcceptance({ batch, created, acceptance }: SubmittedBatch): string[] {
  const name = `Batch ${terminalText(batch.batchId)}`;
  if (acceptance === null) return [`${name}: ${counted(batch.total, 'document')}, all accepted before.`];
  const lines = [`${name}${created ? '' : ', known'}: ${tallyText(acceptance)}.`];
  const { changed } = acceptance.tally;
  if (changed > 0) {
    lines.push(
      `${counted(changed, 'known document')} came with other content and kept the old one; --reprocess-changed takes the new.`,
    );
  }
  return lines;
}

function tallyText({ tally }: AcceptanceRecord): string {
  const { added, known, changed, replaced, rejected } = tally;
  const parts = [`${count(added)} new ${added === 1 ? 'document' : 'documents'}`];
  if (known > 0) parts.push(`${count(known)} known`);
  if (changed > 0) parts.push(`${count(changed)} changed`);
  if (replaced > 0) parts.push(`${count(replaced)} to be done again`);
  if (rejected > 0) parts.push(`${counted(rejected, 'line')} refused (pawl failed says why)`);
  return parts.join(', ');
}
