import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Checkpoint, Finding, StoredResult } from '../checkpoint/checkpoint.ts';
import { messageOf } from '../domain/errors.ts';
import { openInput } from '../intake/open-input.ts';
import { splitLines } from '../intake/split-lines.ts';
import { outcomeLines } from './outcome-lines.ts';
import { OUTCOMES_FILE, RECEIPT_FILE, type Receipt, receiptSchema } from './receipt.ts';
import { countsOf, sha256OfFile } from './write-receipt.ts';

/** Beyond this many findings the rest is counted only. */
const MAX_FINDINGS = 50;
const PAGE_LIMIT = 200;
const PAGE_BYTES = 8 * 1024 * 1024;
const REWRITE_OUTPUT = 'Restore the file from a copy, or delete it and run the batch again: it is then written anew.';
const REWRITE_RECEIPT = 'If the batch went on since the receipt was written, write it again with: pawl receipt';

/** Reads and compares; findings in the order they are met. */
class Verification {
  readonly findings: Finding[] = [];
  #more = 0;

  find(check: string, message: string, remedy: string): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push({ check, message, remedy });
    else this.#more += 1;
  }

  result(): readonly Finding[] {
    if (this.#more === 0) return this.findings;
    return [...this.findings, { check: 'more', message: `${this.#more} further findings.`, remedy: '' }];
  }
}

/**
 * Proves with a batch's folder alone that nothing is missing, doubled or changed: the receipt, the outcome of every
 * input line, the result files and the checkpoint must agree with each other. Memory does not depend on the batch.
 * @returns what is wrong; empty when all is well
 */
export async function verifyFolder(folder: string, checkpoint: Checkpoint): Promise<readonly Finding[]> {
  const verification = new Verification();
  for (const { check, message, remedy } of await checkpoint.check()) verification.find(check, message, remedy);
  const receipt = await readReceipt(folder, verification);
  if (receipt === null) return verification.result();
  await compareCounts(receipt, checkpoint, verification);
  await compareOutcomes(receipt, folder, checkpoint, verification);
  for (const output of receipt.outputs) await compareOutput(output, folder, checkpoint, verification);
  return verification.result();
}

async function readReceipt(folder: string, verification: Verification): Promise<Receipt | null> {
  try {
    const parsed = receiptSchema.safeParse(JSON.parse(await readFile(join(folder, RECEIPT_FILE), 'utf8')));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    verification.find(
      'receipt',
      `${RECEIPT_FILE} is not a receipt: ${issue?.path.join('.')}: ${issue?.message}.`,
      REWRITE_RECEIPT,
    );
  } catch (error) {
    verification.find('receipt', `${RECEIPT_FILE} cannot be read: ${messageOf(error)}.`, REWRITE_RECEIPT);
  }
  return null;
}

async function compareCounts(receipt: Receipt, checkpoint: Checkpoint, verification: Verification): Promise<void> {
  const batch = await checkpoint.batch();
  const counts = countsOf(batch);
  for (const name of ['total', 'processed', 'failed', 'remaining'] as const) {
    if (receipt.counts[name] === counts[name]) continue;
    const message = `${RECEIPT_FILE} says ${receipt.counts[name]} ${name}; the checkpoint says ${counts[name]}.`;
    verification.find('counts', message, REWRITE_RECEIPT);
  }
  if (receipt.job_id !== batch.jobId) {
    const message = `${RECEIPT_FILE} belongs to job ${receipt.job_id}; the checkpoint to ${batch.jobId}.`;
    verification.find('job', message, 'Put the files of one batch together again.');
  }
}

async function compareOutcomes(
  receipt: Receipt,
  folder: string,
  checkpoint: Checkpoint,
  verification: Verification,
): Promise<void> {
  const path = join(folder, OUTCOMES_FILE);
  if (!existsSync(path)) {
    verification.find('outcomes', `${OUTCOMES_FILE} is missing.`, REWRITE_RECEIPT);
    return;
  }
  if ((await sha256OfFile(path)) !== receipt.outcomes.sha256) {
    verification.find('outcomes', `${OUTCOMES_FILE} is not the file the receipt was written with.`, REWRITE_RECEIPT);
  }
  const written = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  let line = 0;
  for await (const outcome of outcomeLines(checkpoint)) {
    line += 1;
    const expected = JSON.stringify(outcome);
    const found = await written.next();
    if (!found.done && found.value === expected) continue;
    const what = found.done ? 'is missing' : 'differs from the checkpoint';
    const message = `${OUTCOMES_FILE} line ${line} (document ${JSON.stringify(outcome.document_id)}) ${what}.`;
    verification.find('outcomes', message, REWRITE_RECEIPT);
  }
  if (!(await written.next()).done) {
    verification.find('outcomes', `${OUTCOMES_FILE} has more than the ${line} lines it should have.`, REWRITE_RECEIPT);
  }
}

async function compareOutput(
  output: Receipt['outputs'][number],
  folder: string,
  checkpoint: Checkpoint,
  verification: Verification,
): Promise<void> {
  const path = join(folder, output.file);
  if (!existsSync(path)) {
    verification.find('output', `${output.file} is missing.`, REWRITE_OUTPUT);
    return;
  }
  if ((await sha256OfFile(path)) !== output.sha256) {
    verification.find('output', `${output.file} is not the file the receipt was written with.`, REWRITE_OUTPUT);
  }
  try {
    await compareLines(output.file, path, checkpoint, verification);
  } catch (error) {
    verification.find('output', `${output.file}: ${messageOf(error)}`, REWRITE_OUTPUT);
  }
}

/** Walks through the file and the results side by side; a line that is missing or doubled does not upset the rest. */
async function compareLines(
  file: string,
  path: string,
  checkpoint: Checkpoint,
  verification: Verification,
): Promise<void> {
  const expected = storedResults(checkpoint);
  let next = await expected.next();
  let last: StoredResult | null = null;
  for await (const { number, text } of linesOf(path)) {
    const id = documentIdOf(text);
    if (!next.done && id !== next.value.documentId) {
      if (last !== null && id === last.documentId) {
        verification.find(
          'doubled',
          `${file} line ${number}: document ${JSON.stringify(id)} stands there twice.`,
          REWRITE_OUTPUT,
        );
        continue;
      }
      const message = `${file} line ${number}: document ${JSON.stringify(next.value.documentId)} is missing.`;
      verification.find('missing', message, REWRITE_OUTPUT);
      next = await expected.next();
    }
    if (next.done) {
      verification.find(
        'foreign',
        `${file} line ${number}: document ${JSON.stringify(id)} does not belong there.`,
        REWRITE_OUTPUT,
      );
      continue;
    }
    if (text !== next.value.result) {
      const message = `${file} line ${number}: document ${JSON.stringify(id)} is not the result that was saved.`;
      verification.find('changed', message, REWRITE_OUTPUT);
    }
    last = next.value;
    next = await expected.next();
  }
  for (; !next.done; next = await expected.next()) {
    verification.find(
      'missing',
      `${file}: document ${JSON.stringify(next.value.documentId)} is missing.`,
      REWRITE_OUTPUT,
    );
  }
}

async function* storedResults(checkpoint: Checkpoint): AsyncGenerator<StoredResult, undefined> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.results({ afterSeq, limit: PAGE_LIMIT, maxBytes: PAGE_BYTES });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return undefined;
    afterSeq = last.resultSeq;
  }
}

async function* linesOf(path: string): AsyncGenerator<{ number: number; text: string }> {
  const input = await openInput(path);
  try {
    for await (const lines of splitLines(input.chunks(), Number.MAX_SAFE_INTEGER)) {
      for (const line of lines) {
        const bytes = line.kind === 'line' ? line.bytes : Buffer.alloc(0);
        yield { number: line.number, text: Buffer.from(bytes).toString('utf8') };
      }
    }
  } finally {
    await input.close();
  }
}

function documentIdOf(line: string): string | null {
  try {
    const { document_id } = JSON.parse(line) as { document_id?: unknown };
    return typeof document_id === 'string' ? document_id : null;
  } catch {
    return null;
  }
}
