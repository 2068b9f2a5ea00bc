import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { seededRandom } from '../crash/random.ts';
import { createProcessedBatch } from './linked-batch.ts';
import { resultOf } from './synthetic-results.ts';

const KILLS = 20;
const DOCUMENTS = 900;
/** Linking these documents takes longer than this. */
const LONGEST_LIFE_MS = 350;
const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);

const data = mkdtempSync(join(tmpdir(), 'pawl-link-'));
const store = openStore(data);
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Where a sink of a batch writes, beside the data. */
const sinkOf = (batchId: string) => join(data, `${batchId}.jsonl.gz`);

async function createBatch(batchId: string): Promise<void> {
  const out = { name: 'out', kind: 'jsonl', options: { path: sinkOf(batchId), compression: 'gzip' } };
  const random = seededRandom(7);
  const results = Array.from({ length: DOCUMENTS }, (_, i) => {
    const sentences = Array.from({ length: 4 }, () => Math.floor(random() * 10));
    return resultOf({ id: `d${i}`, story: i % 6, day: Math.floor(random() * 300), sentences });
  });
  await createProcessedBatch(store, batchId, results, { sinks: [...DEFAULT_SETTINGS.sinks, out] });
}

function startChild(batchId: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'link-child.ts'), data, batchId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, ended, running: once(child.stdout, 'data') };
}

const filesOf = (batchId: string) =>
  ['storylines.jsonl', 'linkages.jsonl'].map((name) => readFileSync(join(store.folderOf(batchId), name), 'utf8'));

test(`killed with SIGKILL ${KILLS} times, linking ends with the same storylines as undisturbed (seed ${SEED})`, {
  timeout: 120_000,
}, async () => {
  await createBatch('undisturbed');
  expect(await startChild('undisturbed').ended).toBe(0);
  await createBatch('killed');
  const random = seededRandom(SEED);
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended, running } = startChild('killed');
    await running;
    await sleep(random() * LONGEST_LIFE_MS);
    child.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') killed += 1;
  }
  expect(killed).toBe(KILLS);
  expect(await startChild('killed').ended).toBe(0);

  const [storylines, linkages] = filesOf('killed');
  expect(linkages!.split('\n').length).toBeGreaterThan(500);
  expect([storylines, linkages]).toEqual(filesOf('undisturbed'));
  const unpacked = (kind: string) => gunzipSync(readFileSync(join(data, `killed.${kind}.jsonl.gz`))).toString('utf8');
  expect([unpacked('storylines'), unpacked('linkages')]).toEqual([storylines, linkages]);
  const checkpoint = await store.open('killed');
  expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED', processed: DOCUMENTS });
  expect(await checkpoint.check()).toEqual([]);
  const changes = await checkpoint.storylineChanges({ afterSeq: 0, limit: 10_000 });
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['born']));
  await checkpoint.close();
});
