import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from './pawl-process.ts';

const DOCUMENTS = 10_000;
const LANES = 4;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.dispose());

interface Status {
  readonly status: string;
  readonly processed: number;
  readonly failed: number;
  readonly total: number;
}

async function status(): Promise<Status> {
  return JSON.parse((await world.pawl('status', 'news', '--json')).stdout) as Status;
}

/** Waits until so many documents more are processed. */
async function awaitProgress(more: number): Promise<void> {
  const before = (await status()).processed;
  await expect.poll(async () => (await status()).processed, { timeout: 60_000 }).toBeGreaterThan(before + more);
}

test('G2, G6: ten thousand documents, paused, resumed, interrupted, killed: none is processed twice', {
  timeout: 180_000,
}, async () => {
  const lines = Array.from({ length: DOCUMENTS }, (_, i) => ({
    document_id: `d${i}`,
    text: `Rain fell on ${i} roofs.`,
  }));
  await world.write('news.jsonl', lines);
  const run = ['run', 'news.jsonl', '--concurrency', String(LANES)] as const;

  const first = world.start(...run);
  await expect.poll(async () => (await world.pawl('status', 'news')).code, { timeout: 30_000 }).toBe(0);
  await awaitProgress(500);
  expect((await world.pawl('pause')).code).toBe(0);
  expect((await first.ended).code).toBe(4);
  const paused = await status();
  expect(paused.status).toBe('PAUSED');

  const second = world.start('resume');
  await awaitProgress(500);
  second.child.kill('SIGINT');
  expect((await second.ended).code).toBe(130);
  expect((await status()).status).toBe('INTERRUPTED');

  const third = world.start(...run);
  await awaitProgress(500);
  third.child.kill('SIGKILL');
  await third.ended;
  expect((await status()).status).toBe('INTERRUPTED');

  const last = await world.pawl(...run, '--json');
  expect(last.code).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ status: 'COMPLETED', processed: DOCUMENTS, failed: 0 });

  const file = await readFile(join(world.folder, 'pawl-data', 'batches', 'news', 'documents.jsonl'), 'utf8');
  const results = file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { document_id: string; processing_metadata: { attempts: number } });
  expect(results.length).toBe(DOCUMENTS);
  expect(new Set(results.map(({ document_id }) => document_id)).size).toBe(DOCUMENTS);
  const repeated = results.filter(({ processing_metadata }) => processing_metadata.attempts > 1);
  expect(repeated.length).toBeLessThan(50); // in flight, or waiting to be saved, when the process was killed

  const history = JSON.parse((await world.pawl('history', 'news', '--json')).stdout) as {
    event: string;
    details: { processed?: number; in_flight?: number };
  }[];
  const events = history.map(({ event }) => event);
  expect(events.filter((event) => event === 'run_ended')).toHaveLength(3);
  expect(history.filter(({ event }) => event === 'run_died')).toMatchObject([
    { details: { in_flight: repeated.length } },
  ]);
  expect((await world.pawl('doctor', 'news')).code).toBe(0);
  expect((await world.pawl('verify', join('pawl-data', 'batches', 'news'))).code).toBe(0);
});
