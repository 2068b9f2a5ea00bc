import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { SqliteCheckpointStore } from '../../src/checkpoint/sqlite/sqlite-checkpoint-store.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { type CheckpointHarness, describeCheckpoint } from './checkpoint-contract.ts';

const author = { atMs: 1, by: 'tester' };

async function openHarness(how: 'open' | 'openThreaded'): Promise<CheckpointHarness> {
  const data = mkdtempSync(join(tmpdir(), 'pawl-checkpoint-'));
  const store = new SqliteCheckpointStore(data);
  return {
    store,
    open: (batchId) => store[how](batchId),
    dispose: async () => rmSync(data, { recursive: true, force: true }),
  };
}

describeCheckpoint('SQLite', () => openHarness('open'));
describeCheckpoint('SQLite in a thread', () => openHarness('openThreaded'));

async function setup() {
  const data = mkdtempSync(join(tmpdir(), 'pawl-sqlite-'));
  const store = new SqliteCheckpointStore(data);
  const batch = { batchId: 'b', jobId: randomUUID(), pipeline: { stages: [] }, settings: DEFAULT_SETTINGS };
  const create = async () => (await store.create(batch, author)).close();
  return { data, store, create, database: join(data, 'batches', 'b', 'checkpoint.db') };
}

test('a damaged checkpoint is an error, never "no checkpoint"', async () => {
  const { store, create, database } = await setup();
  await create();
  writeFileSync(database, 'this is no database, '.repeat(1_000));
  await expect(store.open('b')).rejects.toMatchObject({ code: 'checkpoint_damaged' });
  await expect(store.openThreaded('b')).rejects.toMatchObject({ code: 'checkpoint_damaged' });
  expect(await store.exists('b')).toBe(true);
  expect(await store.list()).toMatchObject([{ kind: 'unreadable', batchId: 'b' }]);
  await expect(create()).rejects.toMatchObject({ code: 'batch_exists' });
});

test('a folder whose database is gone is an error, never an empty batch', async () => {
  const { store, create, database } = await setup();
  await create();
  rmSync(database);
  await expect(store.open('b')).rejects.toMatchObject({ code: 'data_unwritable' });
});

test('a checkpoint of a newer version is left alone', async () => {
  const { store, create, database } = await setup();
  await create();
  const db = new Database(database);
  db.pragma('user_version = 99');
  db.close();
  await expect(store.open('b')).rejects.toMatchObject({ code: 'checkpoint_newer' });
});

test('a creation that was cut off leaves no batch, and does not stand in the way of one', async () => {
  const { data, store, create } = await setup();
  mkdirSync(join(data, 'batches', '.unfinished-1234'), { recursive: true });
  expect(await store.list()).toEqual([]);
  await create();
  expect(await store.list()).toHaveLength(1);
});

test('of several that create one batch at once, one does', async () => {
  const { data, create } = await setup();
  const outcomes = await Promise.allSettled([create(), create(), create()]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(readdirSync(join(data, 'batches'))).toEqual(['b']);
});

test('G9 doctor finds a counter that was changed and a result that was removed', async () => {
  const { store, create, database } = await setup();
  await create();
  const checkpoint = await store.open('b');
  const acceptance = await checkpoint.beginAcceptance({ name: 'x', fingerprint: null }, author);
  const document = { kind: 'document', line: 1, documentId: 'd', contentHash: 'h', source: '{}' } as const;
  await checkpoint.accept(acceptance, [document], { reprocessChanged: false }, author);
  const options = { takeOver: null, move: 'start', maxDeaths: 3 } as const;
  const { run } = await checkpoint.startRun({ pid: 1, host: 'h', processStart: null }, options, author);
  await checkpoint.commit(run, [{ kind: 'processed', seq: 1, result: '{}', timings: {} }], author);
  const db = new Database(database);
  db.exec('DELETE FROM results; UPDATE batch SET processed = 0');
  db.close();
  const found = (await checkpoint.check()).map(({ check }) => check);
  expect(found).toEqual(['counter_processed', 'processed_without_result']);
  await checkpoint.close();
});

test('G9 doctor finds a cost that was changed', async () => {
  const { store, create, database } = await setup();
  await create();
  const checkpoint = await store.open('b');
  const acceptance = await checkpoint.beginAcceptance({ name: 'x', fingerprint: null }, author);
  const document = { kind: 'document', line: 1, documentId: 'd', contentHash: 'h', source: '{}' } as const;
  await checkpoint.accept(acceptance, [document], { reprocessChanged: false }, author);
  const options = { takeOver: null, move: 'start', maxDeaths: 3 } as const;
  const { run } = await checkpoint.startRun({ pid: 1, host: 'h', processStart: null }, options, author);
  const answer = { requests: 1, inputTokens: 8, outputTokens: 2, costNanos: 30, unpricedTokens: 0 };
  await checkpoint.commit(run, [{ kind: 'spent', seq: 1, usage: { provider: 'p', model: 'm', ...answer } }], author);
  expect(await checkpoint.check()).toEqual([]);
  const tamper = (sql: string) => {
    const db = new Database(database);
    db.exec(sql);
    db.close();
  };
  tamper('UPDATE usage_counters SET cost_nanos = 29');
  expect((await checkpoint.check()).map(({ check }) => check)).toEqual(['usage_disagrees']);
  tamper('DELETE FROM usage');
  expect((await checkpoint.check()).map(({ check }) => check)).toEqual(['usage_disagrees', 'run_usage_disagrees']);
  await checkpoint.close();
});

test('a disk that is full is said to be, and nothing counts that was not saved', async () => {
  const { store, create } = await setup();
  await create();
  const checkpoint = await store.open('b');
  const acceptance = await checkpoint.beginAcceptance({ name: 'x', fingerprint: null }, author);
  const big = (line: number) =>
    ({ kind: 'document', line, documentId: `d${line}`, contentHash: 'h', source: `"${'x'.repeat(1e6)}"` }) as const;
  await checkpoint.accept(acceptance, [big(1)], { reprocessChanged: false }, author);
  const before = await checkpoint.batch();
  await checkpoint.close();
  const { sqliteCheckpoint } = await import('../../src/checkpoint/sqlite/sqlite-checkpoint.ts');
  const { openDatabase } = await import('../../src/checkpoint/sqlite/database.ts');
  const path = join(store.folderOf('b'), 'checkpoint.db');
  const db = openDatabase(path);
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 2}`);
  const cramped = sqliteCheckpoint(db, path);
  await expect(cramped.accept(acceptance, [big(2)], { reprocessChanged: false }, author)).rejects.toMatchObject({
    code: 'disk_full',
  });
  expect(await cramped.batch()).toEqual(before);
  expect(await cramped.check()).toEqual([]);
  await cramped.close();
});
