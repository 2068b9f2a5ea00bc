import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AcceptanceRecord, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Batch } from '../domain/batch.ts';
import { outcomeLines, sha256Of } from './outcome-lines.ts';
import { OUTCOMES_FILE, RECEIPT_FILE, type Receipt } from './receipt.ts';

/** Bytes gathered before they are written. */
const WRITE_BYTES = 1024 * 1024;

/** Files a sink keeps in the batch's folder, by their names there. */
export interface ResultFile {
  readonly sink: string;
  readonly path: string;
}

/**
 * Writes `receipt.json` and `outcomes.jsonl` into a batch's folder, each whole or not at all.
 * @param files the result files that lie in the folder; those that do not exist are left out
 */
export async function writeReceipt(
  checkpoint: Checkpoint,
  folder: string,
  files: readonly ResultFile[],
  writtenAtMs: number,
): Promise<Receipt> {
  const batch = await checkpoint.batch();
  const outcomes = await writeOutcomes(checkpoint, join(folder, OUTCOMES_FILE));
  const receipt: Receipt = {
    format: 'pawl-receipt',
    version: 1,
    batch_id: batch.batchId,
    job_id: batch.jobId,
    status: batch.status,
    written_at: new Date(writtenAtMs).toISOString(),
    pipeline: batch.pipeline.stages.map((stage) => ({ ...stage })),
    settings_sha256: sha256Of(JSON.stringify(batch.settings)),
    inputs: (await checkpoint.acceptances()).map(describeInput),
    counts: countsOf(batch),
    outcomes: { file: OUTCOMES_FILE, ...outcomes },
    outputs: await describeOutputs(checkpoint, files),
  };
  await replaceFile(join(folder, RECEIPT_FILE), (write) => write(`${JSON.stringify(receipt, null, 2)}\n`));
  return receipt;
}

export function countsOf({ total, processed, failed }: Batch): Receipt['counts'] {
  return { total, processed, failed, remaining: total - processed - failed };
}

function describeInput({ source, inputSha256, lines, blankLines, tally }: AcceptanceRecord): Receipt['inputs'][number] {
  return { source: source.name, sha256: inputSha256, lines, blank_lines: blankLines, ...tally };
}

async function describeOutputs(checkpoint: Checkpoint, files: readonly ResultFile[]): Promise<Receipt['outputs']> {
  const sinks = new Map((await checkpoint.sinks()).map((sink) => [sink.name, sink]));
  const outputs: Receipt['outputs'] = [];
  for (const { sink, path } of files) {
    if (!existsSync(path)) continue;
    const results = sinks.get(sink)?.delivered ?? 0;
    outputs.push({ sink, file: basename(path), results, sha256: await sha256OfFile(path) });
  }
  return outputs;
}

async function writeOutcomes(checkpoint: Checkpoint, path: string): Promise<{ lines: number; sha256: string }> {
  const hash = createHash('sha256');
  let lines = 0;
  await replaceFile(path, async (write) => {
    for await (const outcome of outcomeLines(checkpoint)) {
      const line = `${JSON.stringify(outcome)}\n`;
      hash.update(line);
      lines += 1;
      await write(line);
    }
  });
  return { lines, sha256: hash.digest('hex') };
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Writes a file under another name, syncs it and puts it in its place. */
async function replaceFile(
  path: string,
  fill: (write: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  const file = await open(unfinished, 'wx');
  let gathered = '';
  const flush = async () => {
    await file.appendFile(gathered);
    gathered = '';
  };
  try {
    await fill(async (text) => {
      gathered += text;
      if (gathered.length >= WRITE_BYTES) await flush();
    });
    await flush();
    await file.sync();
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}
