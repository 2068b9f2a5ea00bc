import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { replaceFile } from '../receipt/replace-file.ts';
import { detailStoryline, listStorylines, type StorylineDetail } from '../storylines/read-storylines.ts';
import { storylinesPage } from './storylines-page.ts';

/** What a page can show so that a browser still opens it. */
const MAX_STORYLINES = 200;

/** Writes `storylines.html`, the largest storylines as one page, into the folder of a batch; whole or not at all. @returns its path */
export async function writeStorylinesPage(checkpoint: Checkpoint, folder: string, limit?: number): Promise<string> {
  const { batchId } = await checkpoint.batch();
  const storylines = await listStorylines(checkpoint, { offset: 0, limit: limit ?? MAX_STORYLINES });
  const details: StorylineDetail[] = [];
  for (const storyline of storylines) details.push(await detailStoryline(checkpoint, storyline));
  const path = join(folder, 'storylines.html');
  await replaceFile(path, (write) => write(storylinesPage(batchId, details)));
  return path;
}
