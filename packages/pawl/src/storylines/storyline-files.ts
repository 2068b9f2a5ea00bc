import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { StoredStoryline } from '../checkpoint/linking-state.ts';
import { replaceFile } from '../receipt/replace-file.ts';

const STORYLINES_FILE = 'storylines.jsonl';
const LINKAGES_FILE = 'linkages.jsonl';

const STORYLINES_PAGE = 200;
const LINKAGES_PAGE = 1_000;

/** Every storyline, those of most documents first, a page at a time. */
async function* allStorylines(checkpoint: Checkpoint): AsyncGenerator<StoredStoryline> {
  for (let offset = 0; ; offset += STORYLINES_PAGE) {
    const page = await checkpoint.storylines({ offset, limit: STORYLINES_PAGE });
    yield* page;
    if (page.length < STORYLINES_PAGE) return;
  }
}

/** JSON of every linkage, in the order of the storylines, a page at a time. */
async function* allLinkages(checkpoint: Checkpoint): AsyncGenerator<string> {
  for await (const { storylineId } of allStorylines(checkpoint)) yield* linkagesOf(checkpoint, storylineId);
}

/** JSON of the linkages of one storyline, a page at a time. */
async function* linkagesOf(checkpoint: Checkpoint, storylineId: string): AsyncGenerator<string> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.linkages(storylineId, { afterSeq, limit: LINKAGES_PAGE });
    for (const { linkage } of page) yield linkage;
    const last = page.at(-1);
    if (last === undefined || page.length < LINKAGES_PAGE) return;
    afterSeq = last.seq;
  }
}

/**
 * Writes `storylines.jsonl` and `linkages.jsonl` into a batch's folder, each whole or not at all. Memory does not depend on the
 * batch. @throws {PawlError} `disk_full`, `data_unwritable`
 */
export async function writeStorylineFiles(checkpoint: Checkpoint, folder: string): Promise<void> {
  await replaceFile(join(folder, STORYLINES_FILE), async (write) => {
    for await (const { storyline } of allStorylines(checkpoint)) await write(`${storyline}\n`);
  });
  await replaceFile(join(folder, LINKAGES_FILE), async (write) => {
    for await (const linkage of allLinkages(checkpoint)) await write(`${linkage}\n`);
  });
}
