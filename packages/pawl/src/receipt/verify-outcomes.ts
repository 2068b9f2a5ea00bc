import { join } from 'node:path';
import type { AcceptanceRecord, Checkpoint, OutcomeRow } from '../checkpoint/checkpoint.ts';
import { allOutcomes } from '../checkpoint/pages.ts';
import { messageOf } from '../domain/errors.ts';
import { BitSet } from './bit-set.ts';
import type { FindingList } from './finding-list.ts';
import { type OutcomeLine, toOutcomeLine } from './outcome-line.ts';
import { readLines } from './read-lines.ts';
import { OUTCOMES_FILE, type Receipt } from './receipt.ts';
import { sha256OfFile } from './sha256.ts';
import { WRITE_RECEIPT_AGAIN } from './verify-receipt.ts';

/** Compares the outcomes that stand in the folder with those in the checkpoint, line by line. */
export async function verifyOutcomes(
  folder: string,
  receipt: Receipt,
  checkpoint: Checkpoint,
  findings: FindingList,
): Promise<void> {
  const path = join(folder, OUTCOMES_FILE);
  try {
    const { sha256 } = await sha256OfFile(path);
    if (sha256 !== receipt.outcomes.sha256) {
      findings.add('outcomes', `${OUTCOMES_FILE} is not the file the receipt was written with.`, WRITE_RECEIPT_AGAIN);
    }
    await compareLines(path, receipt.outcomes.lines, checkpoint, findings);
  } catch (error) {
    findings.add('outcomes', `${OUTCOMES_FILE} cannot be read: ${messageOf(error)}`, WRITE_RECEIPT_AGAIN);
  }
}

async function compareLines(path: string, said: number, checkpoint: Checkpoint, findings: FindingList): Promise<void> {
  const lines = readLines(path);
  const lastInput = new LastInput(await checkpoint.acceptances());
  const find = (message: string) => findings.add('outcomes', `${OUTCOMES_FILE} ${message}`, WRITE_RECEIPT_AGAIN);
  let number = 0;
  let isAligned = true;
  for await (const row of allOutcomes(checkpoint)) {
    lastInput.meet(row);
    if (!isAligned) continue;
    number += 1;
    const next = await lines.next();
    const expected = toOutcomeLine(row);
    const document = `document ${JSON.stringify(row.documentId)}`;
    if (next.done === true) find(`ends before line ${number}, where ${document} should stand.`);
    else if (next.value.text === JSON.stringify(expected)) continue;
    else if (documentIdOf(next.value.text) === row.documentId) {
      find(`line ${number}: what became of ${document} is not what the checkpoint says.`);
      continue;
    } else find(`line ${number} should be about ${document}: a line was removed, added or moved.`);
    isAligned = false; // all that follows would differ, too
  }
  if (isAligned && (await lines.next()).done !== true) find(`has more than the ${number} lines it should have.`);
  if (isAligned && number !== said)
    find(`should have ${said} lines after the receipt, ${number} after the checkpoint.`);
  await lines.return(undefined);
  lastInput.verify(findings);
}

/** Every line of the input that was read last to its end has exactly one outcome. */
class LastInput {
  readonly #acceptance: AcceptanceRecord | undefined;
  readonly #lines = new BitSet();
  #doubled: number | null = null;

  constructor(acceptances: readonly AcceptanceRecord[]) {
    const last = acceptances.at(-1);
    this.#acceptance = last?.endedAtMs === null ? undefined : last;
  }

  meet({ acceptance, source }: OutcomeRow): void {
    if (acceptance !== this.#acceptance?.acceptance) return;
    if (!this.#lines.add(source.line)) this.#doubled ??= source.line;
  }

  verify(findings: FindingList): void {
    if (this.#acceptance === undefined) return;
    const { source, lines, blankLines } = this.#acceptance;
    const name = JSON.stringify(source.name);
    const remedy = 'Submit the input again; outcomes that are known are kept.';
    if (this.#doubled !== null) findings.add('inputs', `Line ${this.#doubled} of ${name} has two outcomes.`, remedy);
    const filled = lines - blankLines;
    if (this.#lines.size === filled || this.#doubled !== null) return;
    findings.add('inputs', `Of the ${filled} filled lines of ${name}, ${this.#lines.size} have an outcome.`, remedy);
  }
}

function documentIdOf(line: string): string | null {
  try {
    return (JSON.parse(line) as OutcomeLine).document_id;
  } catch {
    return null;
  }
}
