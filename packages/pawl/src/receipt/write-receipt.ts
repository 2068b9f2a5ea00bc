import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allOutcomes } from '../checkpoint/pages.ts';
import { PawlError } from '../domain/errors.ts';
import { type BatchSummary, summarizeBatch } from './batch-summary.ts';
import { toOutcomeLine } from './outcome-line.ts';
import { LINKAGES_FILE, OUTCOMES_FILE, RECEIPT_FILE, type Receipt, STORYLINES_FILE, sealReceipt } from './receipt.ts';
import { replaceFile } from './replace-file.ts';
import { sha256OfFile } from './sha256.ts';

/** A file in the batch's folder that a sink keeps. */
export interface SinkFile {
  readonly sink: string;
  readonly holds: 'results' | 'storylines' | 'linkages';
  readonly path: string;
}

/**
 * Writes `receipt.json` and `outcomes.jsonl` into a batch's folder, each whole or not at all. Memory does not depend on the
 * batch.
 * @param files what sinks keep in the folder; those that do not exist are left out
 * @throws {PawlError} `batch_is_running` when the batch changes meanwhile; `checkpoint_damaged` when its counters are not
 *   those of its documents; `disk_full`, `data_unwritable`
 */
export async function writeReceipt(
  checkpoint: Checkpoint,
  folder: string,
  files: readonly SinkFile[],
  writtenAtMs: number,
): Promise<Receipt> {
  const summary = await summarizeBatch(checkpoint);
  const { counts, ...outcomes } = await writeOutcomes(checkpoint, join(folder, OUTCOMES_FILE));
  await requireUnchanged(summary, checkpoint);
  requireTrueCounts(summary, counts);
  const receipt = sealReceipt({
    format: 'pawl-receipt',
    version: 1,
    written_at: new Date(writtenAtMs).toISOString(),
    ...summary,
    outcomes: { file: OUTCOMES_FILE, ...outcomes },
    outputs: await describeOutputs(checkpoint, files),
    ...(await describeStorylines(checkpoint, folder, files)),
  });
  await replaceFile(join(folder, RECEIPT_FILE), (write) => write(`${JSON.stringify(receipt, null, 2)}\n`));
  return receipt;
}

async function describeOutputs(checkpoint: Checkpoint, files: readonly SinkFile[]): Promise<Receipt['outputs']> {
  const delivered = new Map((await checkpoint.sinks()).map((state) => [state.name, state.delivered]));
  const outputs: Receipt['outputs'] = [];
  for (const { sink, holds, path } of files) {
    if (holds !== 'results' || !existsSync(path)) continue;
    const file = { sink, file: basename(path), results: delivered.get(sink) ?? 0 };
    outputs.push({ ...file, ...(await sha256OfFile(path)) });
  }
  return outputs;
}

/** The files of linking and those of sinks that hold the same, where the batch is linked and they are there. */
async function describeStorylines(
  checkpoint: Checkpoint,
  folder: string,
  files: readonly SinkFile[],
): Promise<Pick<Receipt, 'storylines'>> {
  if ((await checkpoint.linking()) === null) return {};
  const storylines: NonNullable<Receipt['storylines']> = [];
  const own = [
    { holds: 'storylines', path: join(folder, STORYLINES_FILE) },
    { holds: 'linkages', path: join(folder, LINKAGES_FILE) },
  ] as const;
  for (const { holds, path } of [...own, ...files]) {
    if (holds === 'results' || !existsSync(path)) continue;
    storylines.push({ file: basename(path), holds, ...(await sha256OfFile(path)) });
  }
  return { storylines };
}

async function writeOutcomes(checkpoint: Checkpoint, path: string) {
  const hash = createHash('sha256');
  const counts = { processed: 0, failed: 0, pending: 0 };
  let lines = 0;
  await replaceFile(path, async (write) => {
    for await (const row of allOutcomes(checkpoint)) {
      const line = `${JSON.stringify(toOutcomeLine(row))}\n`;
      hash.update(line);
      lines += 1;
      counts[row.state] += 1;
      await write(line);
    }
  });
  return { lines, sha256: hash.digest('hex'), counts };
}

/** The pages were read one after the other: of a batch at work they would be of several moments. */
async function requireUnchanged(before: BatchSummary, checkpoint: Checkpoint): Promise<void> {
  if (JSON.stringify(await summarizeBatch(checkpoint)) === JSON.stringify(before)) return;
  throw new PawlError(
    'batch_is_running',
    `Batch ${before.batch_id} changed while its receipt was written. Write it when no run works on the batch.`,
  );
}

function requireTrueCounts({ batch_id, counts }: BatchSummary, rows: Readonly<Record<string, number>>): void {
  if (counts.processed === rows.processed && counts.failed === rows.failed && counts.remaining === rows.pending) return;
  throw new PawlError(
    'checkpoint_damaged',
    `The counters of batch ${batch_id} are not those of its documents; there is no true receipt. See: pawl doctor ${batch_id}`,
  );
}
