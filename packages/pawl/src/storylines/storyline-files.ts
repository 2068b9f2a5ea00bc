import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allLinkageLines, storylineTexts } from '../checkpoint/pages.ts';
import { readAhead } from '../checkpoint/read-ahead.ts';
import { LINKAGES_FILE, STORYLINES_FILE } from '../receipt/receipt.ts';
import { replaceFile } from '../receipt/replace-file.ts';

/**
 * Writes `storylines.jsonl` and `linkages.jsonl` into a batch's folder, each whole or not at all. Memory does not depend on the
 * batch. @throws {PawlError} `disk_full`, `data_unwritable`
 */
export async function writeStorylineFiles(checkpoint: Checkpoint, folder: string): Promise<void> {
  await replaceFile(join(folder, STORYLINES_FILE), async (write) => {
    for await (const storyline of storylineTexts(checkpoint)) await write(`${storyline}\n`);
  });
  await replaceFile(join(folder, LINKAGES_FILE), async (write) => {
    for await (const lines of readAhead(allLinkageLines(checkpoint))) await write(lines);
  });
}
