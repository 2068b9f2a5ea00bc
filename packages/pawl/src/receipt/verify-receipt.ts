import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { messageOf } from '../domain/errors.ts';
import { summarizeBatch } from './batch-summary.ts';
import type { FindingList } from './finding-list.ts';
import { RECEIPT_FILE, type Receipt, receiptSchema, receiptSha256 } from './receipt.ts';

/** What to do where receipt and checkpoint disagree. */
export const WRITE_RECEIPT_AGAIN =
  'Restore the folder from a copy; or, if the checkpoint is the one to trust, write the receipt again: pawl receipt';

/** Reads the receipt of a folder; null when it has none that can be read. */
export async function readReceipt(folder: string, findings: FindingList): Promise<Receipt | null> {
  try {
    const parsed = receiptSchema.safeParse(JSON.parse(await readFile(join(folder, RECEIPT_FILE), 'utf8')));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    findings.add('receipt', `${RECEIPT_FILE} is not a receipt: ${where}${issue?.message}.`, WRITE_RECEIPT_AGAIN);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `There is no ${RECEIPT_FILE}.` : `${RECEIPT_FILE} cannot be read: ${messageOf(error)}.`;
    findings.add('receipt', message, WRITE_RECEIPT_AGAIN);
  }
  return null;
}

/**
 * Compares what the receipt says of the batch with the checkpoint.
 * @returns `stale` when the batch went on after it was written, so that the rest of it proves nothing
 */
export async function verifyReceipt(
  receipt: Receipt,
  checkpoint: Checkpoint,
  findings: FindingList,
): Promise<'current' | 'stale'> {
  if (receiptSha256(receipt) !== receipt.receipt_sha256) {
    findings.add(
      'receipt',
      `${RECEIPT_FILE} was changed after it was written: its checksum differs.`,
      WRITE_RECEIPT_AGAIN,
    );
  }
  const summary = await summarizeBatch(checkpoint);
  if (receipt.job_id === summary.job_id && receipt.batch_updated_at < summary.batch_updated_at) {
    const message = `The batch went on after ${RECEIPT_FILE} was written: it knows the batch as of ${receipt.batch_updated_at}, the checkpoint as of ${summary.batch_updated_at}.`;
    findings.add('receipt', message, 'When no run works on the batch, write the receipt again: pawl receipt');
    return 'stale';
  }
  const said = new Map(leavesOf(receipt));
  for (const [path, value] of leavesOf(summary)) {
    if (said.get(path) === value) continue;
    const message = `${RECEIPT_FILE} says ${said.get(path) ?? 'nothing'} for ${path}; the checkpoint says ${value}.`;
    findings.add('receipt', message, WRITE_RECEIPT_AGAIN);
  }
  verifyInputs(receipt, findings);
  return 'current';
}

/** The lines of an input are the blank ones and those with an outcome. */
function verifyInputs({ inputs }: Receipt, findings: FindingList): void {
  for (const { complete, source, lines, blank_lines, added, known, changed, replaced, rejected } of inputs) {
    const accounted = blank_lines + added + known + changed + replaced + rejected;
    if (!complete || lines === accounted) continue;
    const message = `Of ${lines} lines of ${JSON.stringify(source)}, ${accounted} are accounted for.`;
    findings.add('inputs', message, 'Submit the input again; outcomes that are known are kept.');
  }
}

/** The values in a structure with the paths to them, and the lengths of its lists. */
function* leavesOf(value: unknown, path = ''): Generator<readonly [path: string, value: string]> {
  if (typeof value !== 'object' || value === null) return yield [path, JSON.stringify(value)];
  if (Array.isArray(value)) yield [`${path}.length`, String(value.length)];
  for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, path === '' ? key : `${path}.${key}`);
}
