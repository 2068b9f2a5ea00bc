import { statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { runBatch } from '../../src/engine/run-batch.ts';
import { stagesOf, testBatch } from './test-batch.ts';

const SMALL = 1_000;
const LARGE = 30_000;

interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

/** What one document of a batch of that size costs. */
async function costOf(documents: number): Promise<Cost> {
  await using batch = await testBatch(documents, { concurrency: 64 });
  const { checkpoint, databasePath } = batch;
  const begunAt = performance.now();
  await runBatch({ checkpoint, pipeline: stagesOf(async () => undefined), sinks: [], by: 'test' });
  const ms = (performance.now() - begunAt) / documents;
  const db = new Sqlite(databasePath);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return { ms, bytes: statSync(databasePath).size / documents };
}

// The ratio at a million documents is measured by `npm run bench:checkpoint`; what grows with the batch shows here too.
test('G7 a document costs the same time and space in a batch thirty times larger', { timeout: 60_000 }, async () => {
  await costOf(SMALL); // warms up
  const [small, large] = [await costOf(SMALL), await costOf(LARGE)];
  expect(large.bytes / small.bytes).toBeLessThan(1.1);
  expect(large.ms / small.ms).toBeLessThan(2);
});
