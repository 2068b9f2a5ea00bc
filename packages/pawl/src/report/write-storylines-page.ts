import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { replaceFile } from '../receipt/replace-file.ts';
import { detailStoryline, type StorylineDetail } from '../storylines/read-storylines.ts';
import type { Storyline } from '../storylines/storyline.ts';
import { readStorylineMap, type StorylineMap } from '../storylines/storyline-map.ts';
import { storylinesPage } from './storylines-page.ts';

/** What a page can show so that a browser still opens it. */
const MAX_STORYLINES = 200;
const MAX_ENTITIES = 24;

/** Writes `storylines.html`, the largest storylines as one page, into the folder of a batch; whole or not at all. @returns its path */
export async function writeStorylinesPage(checkpoint: Checkpoint, folder: string, limit?: number): Promise<string> {
  const { batchId } = await checkpoint.batch();
  const map = await readStorylineMap(checkpoint, { lanes: limit ?? MAX_STORYLINES, entities: MAX_ENTITIES });
  const path = join(folder, 'storylines.html');
  await replaceFile(path, async (write) => {
    for await (const part of storylinesPage(batchId, map, detailsOf(checkpoint, map))) await write(part);
  });
  return path;
}

/** One storyline after the other; one that is gone since the map was read is left out. */
async function* detailsOf(checkpoint: Checkpoint, { lanes }: StorylineMap): AsyncGenerator<StorylineDetail> {
  for (const { storyline_id: id } of lanes) {
    const found = await checkpoint.storyline(id);
    if (found !== null) yield await detailStoryline(checkpoint, JSON.parse(found.storyline) as Storyline);
  }
}
