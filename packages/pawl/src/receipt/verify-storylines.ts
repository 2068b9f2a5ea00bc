import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allLinkages, storylineTexts } from '../checkpoint/pages.ts';
import { messageOf } from '../domain/errors.ts';
import type { FindingList } from './finding-list.ts';
import { readLines } from './read-lines.ts';
import { LINKAGES_FILE, type Receipt } from './receipt.ts';
import { sha256OfFile } from './sha256.ts';

const LINK_AGAIN = 'Write it again with: pawl link.';

/** Compares the files that hold storylines or linkages with the checkpoint, line by line, and with the receipt. */
export async function verifyStorylines(
  folder: string,
  receipt: Receipt,
  checkpoint: Checkpoint,
  findings: FindingList,
): Promise<void> {
  for (const { file, holds = heldBy(file), sha256, bytes } of receipt.storylines ?? []) {
    const find = (message: string) => findings.add('storylines', `${file} ${message}`, LINK_AGAIN);
    const path = join(folder, file);
    try {
      if (!(await isOf(path, linesOf[holds](checkpoint)))) find('is not what the checkpoint says.');
      const now = await sha256OfFile(path);
      if (now.sha256 !== sha256 || now.bytes !== bytes) find('is not the file the receipt was written with.');
    } catch (error) {
      find(`cannot be read: ${messageOf(error)}`);
    }
  }
}

const linesOf = { storylines: storylineTexts, linkages: allLinkages };

function heldBy(file: string): keyof typeof linesOf {
  return file === LINKAGES_FILE ? 'linkages' : 'storylines';
}

/** Whether a file holds these lines and no other. */
async function isOf(path: string, expected: AsyncGenerator<string>): Promise<boolean> {
  for await (const { text } of readLines(path)) {
    const next = await expected.next();
    if (next.done === true || next.value !== text) return false;
  }
  return (await expected.next()).done === true;
}
