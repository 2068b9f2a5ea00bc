import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { writeStorylinesPage } from '../../src/report/write-storylines-page.ts';
import { addResults, collect, createBatch, markedResults, settleBatch, textsIn } from './processed-batch.ts';

// Documents of all batches tell the same few stories in the same words and differ only in a mark that each sentence bears: what
// is read in the wrong batch would be linked there, and its mark would show.

const MARKS = { a: 'zqaaaaa', b: 'zqbbbbb', c: 'zqccccc' } as const;
type BatchId = keyof typeof MARKS;
const BATCHES = Object.keys(MARKS) as BatchId[];

const documents = fc
  .array(
    fc.record({
      story: fc.nat(2),
      day: fc.nat(20),
      sentences: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((all) => all.map((document, i) => ({ id: `doc_${i}`, ...document })));

/** The sink of the batch's folder, and one in a folder of its own. */
function sinksIn(folder: string) {
  mkdirSync(folder);
  return [...DEFAULT_SETTINGS.sinks, { name: 'out', kind: 'jsonl', options: { path: join(folder, 'out.jsonl') } }];
}

/** The marks that stand in any file of a folder, and which files hold some. */
function marksIn(folder: string) {
  const texts = [...textsIn(folder)];
  const files = texts.filter(([, text]) => Object.values(MARKS).some((mark) => text.includes(mark)));
  const marks = BATCHES.filter((batchId) => files.some(([, text]) => text.includes(MARKS[batchId])));
  return { marks, files: files.map(([name]) => name) };
}

test('no text of a document is in what another batch gives, linked side by side or together', {
  timeout: 60_000,
}, async () => {
  let linked = 0;
  await fc.assert(
    fc.asyncProperty(fc.tuple(documents, documents, documents), async (each) => {
      const folder = mkdtempSync(join(tmpdir(), 'pawl-leaks-'));
      const store = openStore(join(folder, 'data'));
      const sinkFolder = (batchId: string) => join(folder, `sinks-${batchId}`);
      for (const [i, batchId] of BATCHES.entries()) {
        await createBatch(store, batchId, sinksIn(sinkFolder(batchId)));
        await addResults(store, batchId, markedResults(each[i]!, MARKS[batchId]));
      }
      await collect(store, 'ac', ['a', 'c']);
      await Promise.all([...BATCHES, 'ac'].map((batchId) => settleBatch(store, batchId)));
      for (const batchId of [...BATCHES, 'ac']) {
        const checkpoint = await store.open(batchId);
        await writeStorylinesPage(checkpoint, store.folderOf(batchId));
        await checkpoint.close();
        const own = batchId === 'ac' ? ['a', 'c'] : [batchId];
        if (batchId !== 'ac') expect(marksIn(sinkFolder(batchId))).toMatchObject({ marks: own });
        const { marks, files } = marksIn(store.folderOf(batchId));
        expect(marks).toEqual(own);
        if (files.includes('storylines.jsonl') && files.includes('storylines.html')) linked += 1;
      }
      rmSync(folder, { recursive: true, force: true });
    }),
    { numRuns: 5 },
  );
  expect(linked).toBeGreaterThan(5); // there was something that could have leaked
});
