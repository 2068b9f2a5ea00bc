import { basename } from 'node:path';
import type { Checkpoint, Finding } from '../checkpoint/checkpoint.ts';
import { FindingList } from './finding-list.ts';
import { RECEIPT_FILE, type Receipt } from './receipt.ts';
import { verifyOutcomes } from './verify-outcomes.ts';
import { verifyOutput } from './verify-output.ts';
import { readReceipt, verifyReceipt, WRITE_RECEIPT_AGAIN } from './verify-receipt.ts';
import { verifyStorylines } from './verify-storylines.ts';
import type { SinkFile } from './write-receipt.ts';

/**
 * Proves with a batch's folder alone that nothing is missing, doubled or changed: the receipt, the outcome of every
 * input line, the result files and the checkpoint must agree with each other. Against accidents and edits, that is: who
 * changes all of them alike is seen only by whoever keeps the receipt elsewhere. Memory does not depend on the batch.
 * @param files what sinks keep in the folder
 * @returns what is wrong; empty when all is well
 */
export async function verifyFolder(
  folder: string,
  checkpoint: Checkpoint,
  files: readonly SinkFile[],
): Promise<readonly Finding[]> {
  const findings = new FindingList();
  const results = files.filter(({ holds }) => holds === 'results');
  for (const { check, message, remedy } of await checkpoint.check()) findings.add(check, message, remedy);
  const receipt = await readReceipt(folder, findings);
  const isCurrent = receipt !== null && (await verifyReceipt(receipt, checkpoint, findings)) === 'current';
  if (receipt !== null && isCurrent) await verifyOutcomes(folder, receipt, checkpoint, findings);
  if (receipt !== null && isCurrent) await verifyStorylines(folder, receipt, checkpoint, findings);
  if (receipt !== null && isCurrent) findForeignOutputs(receipt, results, findings);
  for (const file of results) await verifyOutput(file, isCurrent ? receipt : null, checkpoint, findings);
  return findings.all();
}

function findForeignOutputs({ outputs }: Receipt, files: readonly SinkFile[], findings: FindingList): void {
  const names = files.map(({ path }) => basename(path));
  for (const { file } of outputs) {
    if (names.includes(file)) continue;
    const message = `${RECEIPT_FILE} names the output ${JSON.stringify(file)}, which the batch does not have.`;
    findings.add('receipt', message, WRITE_RECEIPT_AGAIN);
  }
}
