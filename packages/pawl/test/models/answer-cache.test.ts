import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredAnswer } from '../../src/models/answers/answer-cache.ts';
import { AnswerDatabase } from '../../src/models/answers/sqlite/answer-database.ts';
import { ThreadedAnswerCache } from '../../src/models/answers/sqlite/threaded-answer-cache.ts';
import { seededRandom } from '../crash/random.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const GIBIBYTE = 1024 ** 3;
const source = { provider: 'openai', model: 'm' };
const answer: StoredAnswer = { text: '{"events":[]}', finish: 'stop', inputTokens: 12, outputTokens: 3 };
const undo: (() => void)[] = [];

afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

function setup(maxBytes = GIBIBYTE) {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-answers-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'data', 'cache.db');
  let nowMs = 1_000;
  const open = () => {
    const database = new AnswerDatabase(path, maxBytes, () => ++nowMs);
    undo.push(() => database.close());
    return database;
  };
  const saveOne = (database: AnswerDatabase, key: string, saved = answer) =>
    database.save([{ key, answer: saved, source }]);
  return { path, open, saveOne };
}

describe('kept answers', () => {
  test(`come back as they were saved, whatever they say (seed ${SEED})`, () => {
    const { open, saveOne } = setup();
    const [first, second] = [open(), open()];
    let n = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.option(fc.nat()), (text, tokens) => {
        const key = String(++n);
        const saved = { text, finish: 'length', inputTokens: tokens, outputTokens: null } as const;
        saveOne(first, key, saved);
        expect(second.find(key)).toEqual(JSON.parse(JSON.stringify(saved)));
        expect(second.find(`${key}x`)).toBeNull();
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('stay the first of their key', () => {
    const { open, saveOne } = setup();
    const database = open();
    saveOne(database, 'k');
    saveOne(database, 'k', { ...answer, text: 'other' });
    expect(database.find('k')).toEqual(answer);
    expect(database.stats().answers).toBe(1);
  });

  test('go when they are too many, those used longest ago first', () => {
    const { open, saveOne } = setup(100_000);
    const database = open();
    const long = { ...answer, text: 'x'.repeat(1_000) };
    for (let i = 0; i < 60; i++) saveOne(database, `k${i}`, long);
    expect(database.find('k0')).toEqual(long); // used just now
    for (let i = 60; i < 120; i++) saveOne(database, `k${i}`, long);
    const { bytes, answers } = database.stats();
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(answers).toBeGreaterThan(50);
    expect(database.find('k0')).toEqual(long);
    expect(database.find('k1')).toBeNull();
    expect(database.find('k119')).toEqual(long);
  });

  test('are taken out by size or by when they were used last, and the file shrinks', () => {
    const { open, saveOne } = setup();
    const database = open();
    for (let i = 0; i < 2_000; i++) saveOne(database, `k${i}`, { ...answer, text: 'x'.repeat(2_000) });
    const before = database.stats();
    const { removed, freedBytes } = database.prune({ maxBytes: before.bytes / 4, usedSinceMs: 0 });
    const after = database.stats();
    expect([after.answers, after.bytes]).toEqual([before.answers - removed, before.bytes - freedBytes]);
    expect(after.bytes).toBeLessThanOrEqual(before.bytes / 4);
    expect(after.fileBytes).toBeLessThan(before.fileBytes / 2);
    database.prune({ maxBytes: GIBIBYTE, usedSinceMs: Number.MAX_SAFE_INTEGER });
    expect(database.stats()).toMatchObject({ answers: 0, bytes: 0, models: [], leastRecentlyUsedAtMs: null });
  });
});

describe('a damaged file of answers', () => {
  test('whose answer was changed does not give that answer', () => {
    const { path, open, saveOne } = setup();
    saveOne(open(), 'k');
    const raw = new Sqlite(path);
    raw.prepare("UPDATE answers SET answer = replace(answer, 'events', 'evenks')").run();
    raw.close();
    const database = open();
    expect(database.find('k')).toBeNull();
    expect(database.stats().answers).toBe(0);
    saveOne(database, 'k');
    expect(database.find('k')).toEqual(answer);
  });

  test.each([
    ['is no database', (path: string) => writeFileSync(path, 'Once upon a time. '.repeat(1_000))],
    ['was cut off', (path: string) => truncateSync(path, 9_000)],
    ['lost its first page', (path: string) => writeFileSync(path, readFileSync(path).fill(0xff, 0, 4_096))],
  ])('that %s is set aside, and a new one begun', (_, damage) => {
    const { path, open, saveOne } = setup();
    const before = open();
    for (let i = 0; i < 200; i++) saveOne(before, `k${i}`);
    before.prune({ maxBytes: GIBIBYTE, usedSinceMs: 0 }); // moves the log into the file
    before.close();
    undo.pop();
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    damage(path);
    const database = open();
    for (let i = 0; i < 200; i++) expect(database.find(`k${i}`) ?? answer).toEqual(answer);
    saveOne(database, 'new');
    expect(database.find('new')).toEqual(answer);
    expect(database.stats().setAside).toHaveLength(1);
  });

  test(`never gives a wrong answer, whichever bytes were changed (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 20; round++) {
      const { path, open, saveOne } = setup();
      const before = open();
      for (let i = 0; i < 100; i++) saveOne(before, `k${i}`, { ...answer, text: `answer ${i} ${'x'.repeat(300)}` });
      before.prune({ maxBytes: GIBIBYTE, usedSinceMs: 0 });
      before.close();
      undo.pop();
      const bytes = readFileSync(path);
      for (let i = 0; i < 1 + round; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      writeFileSync(path, bytes);
      const database = open();
      for (let i = 0; i < 100; i++) {
        const found = database.find(`k${i}`);
        if (found !== null) expect(found.text).toBe(`answer ${i} ${'x'.repeat(300)}`);
      }
    }
  });

  test('of another version is left alone, and said to be one', () => {
    const { path, open } = setup();
    open();
    const raw = new Sqlite(path);
    raw.pragma('user_version = 99');
    raw.close();
    expect(open).toThrow(/another pawl \(version 99\)/);
  });
});

describe('the thread that keeps answers', () => {
  test('saves for several processes at once, and loses none', async () => {
    const { path } = setup();
    const child = fileURLToPath(new URL('./answers-child.ts', import.meta.url));
    const run = (name: string) => promisify(execFile)(process.execPath, [child, path, name]);
    await Promise.all(['a', 'b', 'c'].map(run));
    const cache = new ThreadedAnswerCache({ path, maxBytes: GIBIBYTE });
    expect(await cache.stats()).toMatchObject({
      answers: 600,
      models: [{ provider: 'openai', model: 'm', answers: 600 }],
    });
    expect(await cache.find('b199')).toEqual(answer);
    await cache.close();
  });

  test('says what is wrong where there can be no file, and goes on when there can be', async () => {
    const { path } = setup();
    mkdirSync(path, { recursive: true });
    const cache = new ThreadedAnswerCache({ path, maxBytes: GIBIBYTE });
    await expect(cache.find('k')).rejects.toMatchObject({ fault: 'unavailable', code: 'cache_unusable' });
    rmSync(path, { recursive: true });
    await cache.save('k', answer, source);
    expect(await cache.find('k')).toEqual(answer);
    await cache.close();
    await cache.close();
  });
});
