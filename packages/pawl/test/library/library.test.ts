import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openBatch, type Stage, StageError } from '../../src/index.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'own-stage.ts');
const STORYLINES_EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'storyline-sink.ts');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-library-'));
  folders.push(folder);
  return folder;
}

function stage(run: Stage['run']): Stage {
  return { name: 'own', provider: 'own', model: null, fingerprint: '1', description: 'own', run };
}

const documents = Array.from({ length: 20 }, (_, i) => ({ id: `d${i}`, text: `text ${i}` }));

test('the example of the documentation runs, and run again has nothing left to do', () => {
  const data = temporary();
  const run = () => execFileSync(process.execPath, [EXAMPLE, data], { encoding: 'utf8' });
  expect(run()).toBe('a 6\nb 3\ncompleted: 2 of 2\n');
  expect(() => run()).toThrow(/refused_transition|COMPLETED/);
});

test("the example of a sink that takes storylines is given them at the batch's end", () => {
  const folder = temporary();
  const args = [STORYLINES_EXAMPLE, join(folder, 'data'), join(folder, 'titles.txt')];
  const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(said).toBe('first second: Earthquake strikes Lorca, kills eight\n');
});

test('a batch is added to, run, read and closed in a few lines', async () => {
  await using batch = await openBatch({
    batchId: 'b',
    data: temporary(),
    stages: [stage(async ({ document }) => ({ value: document.text.length }))],
  });
  expect(await batch.add([...documents, { id: 'no text' }])).toEqual({ added: 20, rejected: 1 });
  expect(await batch.add(documents)).toEqual({ added: 0, rejected: 0 });
  expect(await batch.run()).toMatchObject({ end: 'completed' });
  const results = await Array.fromAsync(batch.results());
  expect(results).toHaveLength(20);
  expect(results.find(({ document_id }) => document_id === 'd7')).toMatchObject({ extensions: { own: 6 } });
  // What was refused keeps its outcome, whatever is added later (G9).
  expect(await batch.progress()).toMatchObject({ status: 'COMPLETED', processed: 20, failed: 1 });
});

test('G5 after pause has returned no further document starts, and run goes on with the rest (G6)', async () => {
  const started: string[] = [];
  const gate = Promise.withResolvers<void>();
  const data = temporary();
  await using batch = await openBatch({
    batchId: 'b',
    data,
    settings: { concurrency: 3 },
    stages: [
      stage(async ({ document }) => {
        started.push(document.documentId);
        await gate.promise;
        return { value: null };
      }),
    ],
  });
  await batch.add(documents);
  const first = batch.run();
  await expect.poll(() => started.length).toBe(3);
  await batch.pause();
  const startedAtPause = started.length;
  gate.resolve();
  expect(await first).toMatchObject({ end: 'paused' });
  expect(started.length).toBe(startedAtPause);
  expect(await batch.progress()).toMatchObject({ status: 'PAUSED', reason: 'user', processed: 3, remaining: 17 });
  expect((await Array.fromAsync(batch.remaining())).length).toBe(17);
  expect(await batch.run()).toMatchObject({ end: 'completed' });
  expect(started.length).toBe(documents.length);
  expect(new Set(started).size).toBe(documents.length);
});

test('G5 pause with now gives back what is in flight, unharmed and uncounted', async () => {
  let hangs = true;
  await using batch = await openBatch({
    batchId: 'b',
    data: temporary(),
    settings: { concurrency: 2 },
    stages: [
      stage((_, signal) => {
        if (!hangs) return Promise.resolve({ value: null });
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }),
    ],
  });
  await batch.add(documents);
  const first = batch.run();
  await expect.poll(async () => (await batch.progress()).runner?.in_flight ?? 0, { timeout: 10_000 }).toBe(2);
  await batch.pause({ now: true });
  expect(await first).toMatchObject({ end: 'paused' });
  expect(await batch.progress()).toMatchObject({ processed: 0, failed: 0, remaining: 20 });
  hangs = false;
  await batch.run();
  const results = await Array.fromAsync(batch.results());
  expect(results.every(({ processing_metadata }) => processing_metadata.attempts === 1)).toBe(true);
});

test('G4 documents fail singly, with their reason, and can be given work again', async () => {
  let isMended = false;
  await using batch = await openBatch({
    batchId: 'b',
    data: temporary(),
    stages: [
      stage(async ({ document }) => {
        const isBad = Number(document.documentId.slice(1)) % 5 === 0;
        if (isBad && !isMended) throw new StageError('permanent', 'provider_rejected', 'not this one');
        return { value: null };
      }),
    ],
  });
  await batch.add(documents);
  await batch.run();
  expect(await batch.progress()).toMatchObject({ status: 'COMPLETED', processed: 16, failed: 4 });
  const failures = await Array.fromAsync(batch.failures());
  expect(failures[0]).toMatchObject({
    documentId: 'd0',
    failure: { code: 'provider_rejected', message: 'not this one' },
  });
  isMended = true;
  expect(await batch.retry({ codes: ['provider_rejected'] })).toBe(4);
  await batch.run();
  expect(await batch.progress()).toMatchObject({ status: 'COMPLETED', processed: 20, failed: 0 });
});

test('a failure budget pauses the batch and says why', async () => {
  await using batch = await openBatch({
    batchId: 'b',
    data: temporary(),
    settings: { concurrency: 1, maxFailures: { kind: 'count', count: 2 } },
    stages: [stage(() => Promise.reject(new Error('never')))],
  });
  await batch.add(documents);
  expect(await batch.run()).toMatchObject({ end: 'paused', reason: '3 documents failed, more than 2' });
  expect(await batch.progress()).toMatchObject({ status: 'PAUSED', reason: 'failure_budget' });
});

test('a time limit pauses the batch, and the next run goes on', async () => {
  const data = temporary();
  const open = (timeLimitMs: number | null) =>
    openBatch({
      batchId: 'b',
      data,
      settings: { concurrency: 1, timeLimitMs },
      stages: [stage(() => new Promise((resolve) => setTimeout(() => resolve({ value: null }), 50)))],
    });
  await using batch = await open(200);
  await batch.add(documents);
  expect(await batch.run()).toMatchObject({ end: 'paused' });
  const { reason, processed } = await batch.progress();
  expect(reason).toBe('time_limit');
  expect(processed).toBeGreaterThan(0);
  expect(processed).toBeLessThan(documents.length);
});
