import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { PAWL } from '../cli/pawl-process.ts';
import { seededRandom } from '../crash/random.ts';
import { addResults, createBatch, markedResults } from './processed-batch.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_210_612);
const KILLS = 8;
const DOCUMENTS = 400;
const SOURCES = ['a', 'b'] as const;
/** Starting, collecting and linking take longer than this. */
const LONGEST_LIFE_MS = 1_100;

const data = mkdtempSync(join(tmpdir(), 'pawl-kill-'));
const store = openStore(data);
afterAll(() => rmSync(data, { recursive: true, force: true }));

function link(into: string) {
  const child = spawn(process.execPath, [PAWL, 'link', ...SOURCES, '--into', into, '--data', data, '--json'], {
    stdio: 'ignore',
  });
  return { child, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}

async function grow(batchId: string, from: number, count: number): Promise<void> {
  const random = seededRandom(from + 1);
  const documents = Array.from({ length: count }, (_, i) => ({
    id: `doc_${from + i}`,
    story: i % 6,
    day: Math.floor(random() * 300),
    sentences: Array.from({ length: 4 }, () => Math.floor(random() * 10)),
  }));
  await addResults(store, batchId, markedResults(documents, `zq${batchId}${batchId}${batchId}xx`));
}

const filesOf = (batchId: string, names = ['storylines.jsonl', 'linkages.jsonl']) =>
  names.map((name) => readFileSync(join(store.folderOf(batchId), name), 'utf8'));

test(`G6 killed with SIGKILL ${KILLS} times, linking batches together ends as undisturbed, and goes on when they grow (seed ${SEED})`, {
  timeout: 120_000,
}, async () => {
  for (const batchId of SOURCES) {
    await createBatch(store, batchId);
    await grow(batchId, 0, DOCUMENTS);
  }
  const random = seededRandom(SEED);
  let killed = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = link('killed');
    await sleep(200 + random() * (LONGEST_LIFE_MS - 200));
    child.kill('SIGKILL');
    if ((await ended) === 'SIGKILL') killed += 1;
  }
  expect(killed).toBeGreaterThan(KILLS / 2);
  for (const into of ['killed', 'undisturbed']) expect(await link(into).ended).toBe(0);
  expect(filesOf('killed')).toEqual(filesOf('undisturbed'));
  expect(filesOf('killed')[0]).toMatch(/"a\/doc_\d+".*"b\/doc_\d+"/);
  const before = filesOf('killed', ['documents.jsonl'])[0]!;

  await grow('a', DOCUMENTS, 20);
  for (const into of ['killed', 'undisturbed']) expect(await link(into).ended).toBe(0);
  expect(filesOf('killed')).toEqual(filesOf('undisturbed'));
  const after = filesOf('killed', ['documents.jsonl'])[0]!;
  expect(after.startsWith(before)).toBe(true);
  expect(after.trimEnd().split('\n')).toHaveLength(2 * DOCUMENTS + 20);
  const collection = await store.open('killed');
  expect(await collection.batch()).toMatchObject({ status: 'COMPLETED', total: 2 * DOCUMENTS + 20 });
  expect(await collection.check()).toEqual([]);
  await collection.close();
});
