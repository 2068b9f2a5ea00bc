import { basename } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allDocuments, allResults } from '../checkpoint/pages.ts';
import { resultText } from '../checkpoint/read-result.ts';
import { messageOf } from '../domain/errors.ts';
import { BitSet } from './bit-set.ts';
import type { FindingList } from './finding-list.ts';
import { readLines } from './read-lines.ts';
import type { Receipt } from './receipt.ts';
import { sha256OfFile } from './sha256.ts';
import { WRITE_RECEIPT_AGAIN } from './verify-receipt.ts';
import type { SinkFile } from './write-receipt.ts';

const REWRITE =
  'Restore the file from a copy, or delete it and run the batch again (pawl resume): it is then written anew.';

/**
 * Compares a result file with the results in the checkpoint: every result once, unchanged, in the order of commit.
 * @param receipt null when there is none, or when the batch went on since
 */
export async function verifyOutput(
  { sink, path }: SinkFile,
  receipt: Receipt | null,
  checkpoint: Checkpoint,
  findings: FindingList,
): Promise<void> {
  const file = basename(path);
  const find = (message: string, remedy = REWRITE) => findings.add(`output ${sink}`, `${file} ${message}`, remedy);
  const { delivered, lag } = await delivery(sink, checkpoint);
  if (lag > 0)
    find(`lacks ${lag} results that were not delivered yet.`, 'Run the batch again: pawl resume delivers them.');
  try {
    const wrong = findings.count;
    if ((await differs(path, checkpoint, delivered)) && lag === 0) await diagnose(path, checkpoint, find);
    if (receipt === null || findings.count > wrong) return;
    const written = receipt.outputs.find((output) => output.file === file);
    const { sha256, bytes } = await sha256OfFile(path);
    if (written?.sink !== sink || written.results !== delivered)
      find('is not described so in the receipt.', WRITE_RECEIPT_AGAIN);
    else if (written.sha256 !== sha256 || written.bytes !== bytes)
      find('holds every result, but is not byte by byte the file the receipt was written with.');
  } catch (error) {
    if (delivered > 0) find(`cannot be read: ${messageOf(error)}`);
  }
}

async function delivery(sink: string, checkpoint: Checkpoint): Promise<{ delivered: number; lag: number }> {
  const { processed, resultsEpoch } = await checkpoint.batch();
  const state = (await checkpoint.sinks()).find(({ name }) => name === sink);
  const delivered = state === undefined || state.epoch !== resultsEpoch ? 0 : state.delivered;
  return { delivered, lag: processed - delivered };
}

/** Whether the lines of a file are not the first `delivered` results. */
async function differs(path: string, checkpoint: Checkpoint, delivered: number): Promise<boolean> {
  const results = allResults(checkpoint);
  let lines = 0;
  for await (const { text } of readLines(path)) {
    const next = await results.next();
    lines += 1;
    if (next.done === true || resultText(next.value) !== text) return true;
  }
  return lines !== delivered;
}

/** Names what is wrong with a file that is not as it should be; looks up each of its lines. */
async function diagnose(path: string, checkpoint: Checkpoint, find: (message: string) => void): Promise<void> {
  const seen = new BitSet();
  let isFaulty = false;
  const blame = (message: string) => {
    isFaulty = true;
    find(message);
  };
  for await (const { number, text } of readLines(path)) {
    const id = documentIdOf(text);
    const document = id === null ? null : await checkpoint.document(id);
    const named = `line ${number}: document ${JSON.stringify(id)}`;
    if (id === null) blame(`line ${number} is no result: it was cut off or damaged.`);
    else if (document === null || document.result === null) blame(`${named} has no result in the checkpoint.`);
    else if (!seen.add(document.seq)) blame(`${named} stands there a second time.`);
    else if (document.result !== text) blame(`${named} is not the result that was saved.`);
  }
  for await (const { seq, documentId } of allDocuments(checkpoint, { state: 'processed' })) {
    if (!seen.has(seq)) blame(`lacks the result of document ${JSON.stringify(documentId)}.`);
  }
  if (!isFaulty) find('holds its results in another order than they were saved in.');
}

function documentIdOf(line: string): string | null {
  try {
    const { document_id } = JSON.parse(line) as { document_id?: unknown };
    return typeof document_id === 'string' ? document_id : null;
  } catch {
    return null;
  }
}
