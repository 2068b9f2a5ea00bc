import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { seededRandom } from '../crash/random.ts';
import { author, deliveredBatch, linesOf, resultOf, settle } from './delivered-batch.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 2);
const DOCUMENTS = 8_000;
const KILLS = 8;

const READERS = {
  none: { ending: '', unpack: (bytes: Buffer) => bytes },
  gzip: { ending: '.gz', unpack: (bytes: Buffer) => gunzipSync(bytes) },
  zstd: { ending: '.zst', unpack: (bytes: Buffer) => zstdDecompressSync(bytes) },
};

/** Starts a process that delivers, and kills it `afterMs` after it has begun; null lets it end. */
async function startDelivery(
  data: string,
  compression: string,
  afterMs: number | null,
  path: readonly string[] = [],
): Promise<string | number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'delivery-child.ts'), data, compression, ...path]);
  const ended = once(child, 'close');
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  if (afterMs !== null) {
    await Promise.race([once(child.stdout, 'data'), ended]);
    await Promise.race([sleep(afterMs), ended]);
    child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  return signal ?? (code === 0 ? output : code);
}

test.each(['none', 'gzip', 'zstd'] as const)(
  `G2 a delivery killed again and again leaves every result once in the file (%s, seed ${SEED})`,
  { timeout: 90_000 },
  async (compression) => {
    await using batch = await deliveredBatch(DOCUMENTS);
    await batch.commit(DOCUMENTS);
    await batch.checkpoint.endRun(batch.run, 'interrupted', null, author);
    const data = join(batch.elsewhere, 'data');
    const random = seededRandom(SEED);
    const ends = [];
    for (let kill = 0; kill < KILLS; kill++) ends.push(await startDelivery(data, compression, random() * 40));
    expect(ends).toContain('SIGKILL');
    expect(await startDelivery(data, compression, null)).toBe('delivering\ndelivered\n');
    const { ending, unpack } = READERS[compression];
    const lines = unpack(readFileSync(join(batch.folder, `documents.jsonl${ending}`)))
      .toString('utf8')
      .split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBe(DOCUMENTS);
    expect(lines.findIndex((line, i) => line !== resultOf(i + 1))).toBe(-1);
    expect(await batch.sinkState()).toMatchObject({ delivered: DOCUMENTS, error: null });
  },
);

test(`G2 storylines whose delivery is killed again and again are whole at any moment, and there in the end (seed ${SEED})`, {
  timeout: 60_000,
}, async () => {
  await using batch = await deliveredBatch(1);
  await batch.commit(1);
  const older = Array.from({ length: 6_000 }, (_, i) => `s-${i}`);
  const newer = older.map((name) => `${name}-newer`);
  const data = join(batch.elsewhere, 'data');
  const path = [join(batch.elsewhere, 'out.jsonl.gz')];
  const read = (kind: 'storylines' | 'linkages') =>
    gunzipSync(readFileSync(join(batch.elsewhere, `out.${kind}.jsonl.gz`))).toString('utf8');
  const textOf = (names: readonly string[], kind: 'storylines' | 'linkages') =>
    linesOf(names)
      [kind].map((line) => `${line}\n`)
      .join('');
  await settle(batch, older);
  expect(await startDelivery(data, 'gzip', null, path)).toBe('delivering\ndelivered\n');
  await settle(batch, newer);
  const random = seededRandom(SEED);
  const ends = [];
  for (let kill = 0; kill < KILLS; kill++) {
    ends.push(await startDelivery(data, 'gzip', random() * 250, path));
    for (const kind of ['storylines', 'linkages'] as const) {
      expect([textOf(older, kind), textOf(newer, kind)]).toContain(read(kind));
    }
  }
  expect(ends).toContain('SIGKILL');
  expect(await startDelivery(data, 'gzip', null, path)).toBe('delivering\ndelivered\n');
  for (const kind of ['storylines', 'linkages'] as const) expect(read(kind)).toBe(textOf(newer, kind));
  expect(await batch.sinkState()).toMatchObject({ settlement: 2, error: null });
});
