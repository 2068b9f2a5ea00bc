import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { documentResultSchema, untrueSpans } from '../../src/domain/result.ts';
import type { SyntheticDocument } from '../storylines/synthetic-results.ts';
import { addResults, collect, createBatch, markedResults, resultsOf } from './processed-batch.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporaryStore() {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-collection-'));
  folders.push(folder);
  return openStore(folder);
}

const made = (ids: readonly string[], story = 1, day = 10): SyntheticDocument[] =>
  ids.map((id) => ({ id, story, day, sentences: [0, 1] }));

async function setup() {
  const store = temporaryStore();
  for (const [batchId, mark] of [
    ['a', 'zqaaaaa'],
    ['b', 'zqbbbbb'],
  ] as const) {
    await createBatch(store, batchId);
    await addResults(store, batchId, markedResults(made(['doc_1', 'doc_2']), mark));
  }
  const held = async () => {
    const checkpoint = await store.open('all');
    const results = await resultsOf(checkpoint);
    expect(await checkpoint.check()).toEqual([]);
    const state = await checkpoint.batch();
    await checkpoint.close();
    return { results, ids: results.map(({ document_id }) => document_id).sort(), state };
  };
  return { store, held };
}

describe('a collection', () => {
  test('holds the results of its batches under ids that say where they come from', async () => {
    const { store, held } = await setup();
    const reports = await collect(store, 'all', ['a', 'b']);
    expect(reports.map((report) => report.kind === 'read' && report.tally.added)).toEqual([2, 2]);
    const { results, ids, state } = await held();
    expect(ids).toEqual(['a/doc_1', 'a/doc_2', 'b/doc_1', 'b/doc_2']);
    expect(state).toMatchObject({ isCollection: true, total: 4, processed: 4, failed: 0 });
    const events = results.flatMap((result) => result.events.map(({ event_id }) => event_id));
    expect(new Set(events).size).toBe(events.length);
    for (const result of results) {
      expect(documentResultSchema.safeParse(result).success).toBe(true);
      expect(untrueSpans(result.original_text, result)).toEqual([]);
      expect(result).toMatchObject({ batch_id: 'all', job_id: state.jobId });
      expect(result.original_text).toContain(result.document_id.startsWith('a/') ? 'zqaaaaa' : 'zqbbbbb');
    }
  });

  test('takes only what is new, once, and asks for nothing when there is nothing', async () => {
    const { store, held } = await setup();
    await collect(store, 'all', ['a', 'b']);
    await addResults(store, 'a', markedResults(made(['doc_3']), 'zqaaaaa'));
    expect((await collect(store, 'all', [])).map((report) => report.kind === 'read' && report.tally)).toEqual([
      { added: 1, known: 0, replaced: 0, removed: 0 },
      { added: 0, known: 0, replaced: 0, removed: 0 },
    ]);
    const { state } = await held();
    expect(state).toMatchObject({ total: 5, resultsEpoch: 0 });
    const checkpoint = await store.open('all');
    const acceptances = await checkpoint.acceptances();
    await collect(store, 'all', ['a']);
    expect(await checkpoint.acceptances()).toEqual(acceptances);
    await checkpoint.close();
  });

  test('takes the new result of a document that was done again, and leaves out what its batch no longer has', async () => {
    const { store, held } = await setup();
    await collect(store, 'all', ['a', 'b']);
    await addResults(store, 'a', markedResults(made(['doc_2'], 3), 'zqaaaaa'));
    const [report] = await collect(store, 'all', ['a']);
    expect(report).toMatchObject({ tally: { added: 0, known: 1, replaced: 1, removed: 0 }, remaining: 0 });
    expect((await held()).results.find(({ document_id }) => document_id === 'a/doc_2')?.original_text).toContain(
      'zqaaaaa3x0',
    );
    await store.delete('a');
    await createBatch(store, 'a');
    await addResults(store, 'a', markedResults(made(['doc_1']), 'zqccccc'));
    expect(await collect(store, 'all', ['a'])).toMatchObject([{ tally: { replaced: 1, removed: 1 } }, {}]);
    expect((await held()).ids).toEqual(['a/doc_1', 'b/doc_1', 'b/doc_2']);
  });

  test('keeps what a batch gave that was deleted', async () => {
    const { store, held } = await setup();
    await collect(store, 'all', ['a', 'b']);
    await store.delete('a');
    expect(await collect(store, 'all', ['a'])).toEqual([{ kind: 'gone', batchId: 'a' }, expect.anything()]);
    await collect(store, 'a', ['b']); // now a collection has its name
    expect(await collect(store, 'all', [])).toEqual([{ kind: 'gone', batchId: 'a' }, expect.anything()]);
    expect((await held()).ids).toHaveLength(4);
  });

  test('says how many documents of a batch are still to come', async () => {
    const { store, held } = await setup();
    const checkpoint = await store.open('a');
    const author = { atMs: 1, by: 'test' };
    const acceptance = await checkpoint.beginAcceptance({ name: 'more', fingerprint: null }, author);
    const line = { kind: 'document', line: 1, documentId: 'late', contentHash: 'h', source: '{"text":"t"}' } as const;
    await checkpoint.accept(acceptance, [line], { reprocessChanged: false }, author);
    await checkpoint.close();
    expect(await collect(store, 'all', ['a'])).toMatchObject([{ remaining: 1, tally: { added: 2 } }]);
    expect((await held()).ids).toEqual(['a/doc_1', 'a/doc_2']);
  });

  test('refuses itself, other collections, batches of documents and unknown ones, and then changes nothing', async () => {
    const { store } = await setup();
    await expect(collect(store, 'all', ['a', 'nobody'])).rejects.toMatchObject({ code: 'unknown_batch' });
    await expect(collect(store, 'all', [])).rejects.toMatchObject({ code: 'unknown_batch' });
    await expect(collect(store, 'all', ['all'])).rejects.toMatchObject({ code: 'unknown_batch' });
    await expect(collect(store, 'a', ['b'])).rejects.toMatchObject({ code: 'not_a_collection' });
    await expect(collect(store, 'a', ['a'])).rejects.toMatchObject({ code: 'not_a_collection' });
    expect((await store.list()).map((one) => one.kind === 'batch' && one.batch.batchId).sort()).toEqual(['a', 'b']);
    await collect(store, 'all', ['a']);
    await expect(collect(store, 'all', ['all'])).rejects.toMatchObject({ code: 'is_collection' });
    await expect(collect(store, 'more', ['a', 'all'])).rejects.toMatchObject({ code: 'is_collection' });
    expect(await store.exists('more')).toBe(false);
  });

  test('is found by its job id, too', async () => {
    const { store, held } = await setup();
    await collect(store, 'all', ['a']);
    const { jobId } = (await held()).state;
    await collect(store, jobId, ['b']);
    expect((await held()).ids).toHaveLength(4);
    expect(await store.list()).toHaveLength(3);
  });

  test('takes no documents of its own and no other pipeline', async () => {
    const { store } = await setup();
    await collect(store, 'all', ['a']);
    const checkpoint = await store.open('all');
    const author = { atMs: 1, by: 'test' };
    const refused = { code: 'is_collection' };
    const { settings } = await checkpoint.batch();
    await expect(checkpoint.beginAcceptance({ name: 'in', fingerprint: null }, author)).rejects.toMatchObject(refused);
    await expect(checkpoint.replacePipeline({ stages: [] }, settings, [], author)).rejects.toMatchObject(refused);
    await checkpoint.close();
    const plain = await store.open('a');
    const source = { batchId: 'b', jobId: 'j', epoch: 0 };
    await expect(plain.beginCollecting(source, author)).rejects.toMatchObject({ code: 'not_a_collection' });
    await plain.close();
  });

  test('G2 holds what its batches hold, whatever was added, done again or deleted in between', async () => {
    const ids = fc.uniqueArray(fc.constantFrom('p', 'q', 'r', 's'), { minLength: 1 });
    const step = fc.record({
      batch: fc.constantFrom('a', 'b'),
      change: fc.oneof(fc.record({ ids, story: fc.nat(5) }), fc.constant('delete' as const)),
      collects: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const store = temporaryStore();
        for (const batchId of ['a', 'b']) await createBatch(store, batchId);
        await collect(store, 'all', ['a', 'b']);
        for (const { batch, change, collects } of steps) {
          if (change === 'delete') {
            await store.delete(batch);
            await createBatch(store, batch);
          } else
            await addResults(
              store,
              batch,
              markedResults(made(change.ids, change.story), `zq${batch}${batch}${batch}aa`),
            );
          if (collects) await collect(store, 'all', []);
        }
        await collect(store, 'all', []);
        const expected = new Map<string, string>();
        for (const batch of ['a', 'b']) {
          const source = await store.open(batch);
          for (const result of await resultsOf(source)) {
            expected.set(`${batch}/${result.document_id}`, result.original_text);
          }
          await source.close();
        }
        const collection = await store.open('all');
        const texts = (await resultsOf(collection)).map((one) => [one.document_id, one.original_text] as const);
        expect(new Map(texts)).toEqual(expected);
        expect(texts).toHaveLength(expected.size);
        expect(await collection.check()).toEqual([]);
        await collection.close();
      }),
      { numRuns: 8 },
    );
  });
});
