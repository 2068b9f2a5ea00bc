import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { openStore } from '../../src/composition.ts';
import { describeBatch } from '../../src/engine/describe-batch.ts';
import { startChild } from './child.ts';
import { seededRandom } from './random.ts';

const KILLS = 100;
const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function setup(documents: number) {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-crash-'));
  folders.push(folder);
  const input = join(folder, 'input.jsonl');
  const lines = Array.from({ length: documents }, (_, i) =>
    JSON.stringify({ document_id: `doc_${i}`, text: `Document number ${i} says ${'little '.repeat(i % 40)}.` }),
  );
  writeFileSync(input, `${lines.join('\n')}\n`);
  const data = join(folder, 'data');
  return { data, input, jsonl: join(data, 'batches', 'input', 'documents.jsonl') };
}

function deliveredIds(jsonl: string): string[] {
  const lines = readFileSync(jsonl, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => (JSON.parse(line) as { document_id: string }).document_id);
}

async function withCheckpoint<T>(data: string, work: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openStore(data).open('input');
  try {
    return await work(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

describe('a batch whose process is killed', () => {
  test(`G1 G2 G6 ${KILLS} times at random moments ends as if nothing had happened (seed ${SEED})`, {
    timeout: 240_000,
  }, async () => {
    const documents = 3_000;
    const { data, input, jsonl } = setup(documents);
    const random = seededRandom(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      const child = startChild({ data, input, concurrency: 4, stageMs: 15 });
      // One in four dies while it starts or accepts, the others while they dispatch, commit and deliver.
      const dies = random() < 0.25 ? sleep(random() * 800) : child.printed(/running/).then(() => sleep(random() * 250));
      await Promise.race([dies, child.ended]);
      child.process.kill('SIGKILL');
      await child.ended;
    }
    const before = await withCheckpoint(data, (checkpoint) => describeBatch(checkpoint, Date.now()));
    expect(before.processed).toBeGreaterThan(0);
    expect(before.status).toBe('INTERRUPTED');
    const last = startChild({ data, input, concurrency: 4, stageMs: 0 });
    expect(await last.ended, last.output()).toBe(0);

    await withCheckpoint(data, async (checkpoint) => {
      expect(await checkpoint.batch()).toMatchObject({
        status: 'COMPLETED',
        total: documents,
        processed: documents,
        failed: 0,
      });
      expect(await checkpoint.check()).toEqual([]);
      const runs = await checkpoint.runs();
      expect(runs.reduce((sum, run) => sum + run.processed, 0)).toBe(documents);
      const rows = await checkpoint.documents({}, { afterSeq: 0, limit: documents + 1 });
      // A document is begun again only if its process died during it.
      expect(rows.filter(({ attempts, deaths }) => attempts !== deaths + 1)).toEqual([]);
    });
    const ids = deliveredIds(jsonl);
    expect(ids.length).toBe(documents);
    expect(new Set(ids).size).toBe(documents);
  });

  test('G2 with a torn last line in its output ends with every document once', async () => {
    const documents = 400;
    const { data, input, jsonl } = setup(documents);
    const first = startChild({ data, input, concurrency: 4, stageMs: 5 });
    await first.printed(/processed [1-9]/);
    first.process.kill('SIGKILL');
    await first.ended;
    appendFileSync(jsonl, '{"document_id":"doc_7","ba');
    const second = startChild({ data, input, concurrency: 4, stageMs: 0 });
    expect(await second.ended, second.output()).toBe(0);
    const ids = deliveredIds(jsonl);
    expect(ids.length).toBe(documents);
    expect(new Set(ids).size).toBe(documents);
  });

  test('G4 three times by one document sets that document aside and finishes the others', async () => {
    const documents = 40;
    const { data, input } = setup(documents);
    const options = { data, input, concurrency: 4, stageMs: 2, killer: 'doc_11' };
    for (let death = 1; death <= 3; death++) expect(await startChild(options).ended).toBe('SIGKILL');
    const last = startChild(options);
    expect(await last.ended, last.output()).toBe(0);
    await withCheckpoint(data, async (checkpoint) => {
      expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED', processed: documents - 1, failed: 1 });
      expect(await checkpoint.document('doc_11')).toMatchObject({
        state: 'failed',
        failure: { code: 'poison_document', attempts: 3 },
      });
      expect(await checkpoint.check()).toEqual([]);
    });
  });

  test('is shown as INTERRUPTED at once', async () => {
    const { data, input } = setup(400);
    const child = startChild({ data, input, concurrency: 2, stageMs: 20 });
    await child.printed(/processed [1-9]/);
    expect((await withCheckpoint(data, (one) => describeBatch(one, Date.now()))).status).toBe('RUNNING');
    child.process.kill('SIGKILL');
    await child.ended;
    expect((await withCheckpoint(data, (one) => describeBatch(one, Date.now()))).status).toBe('INTERRUPTED');
  });
});

describe('two runners of one batch', () => {
  test('started together: one works, the other says who does', async () => {
    const documents = 300;
    const { data, input } = setup(documents);
    const children = [1, 2].map(() => startChild({ data, input, concurrency: 2, stageMs: 10 }));
    const codes = await Promise.all(children.map(({ ended }) => ended));
    expect([...codes].sort()).toEqual([0, 1]);
    const loser = children[codes.indexOf(1)];
    const winner = children[codes.indexOf(0)];
    expect(loser?.output()).toMatch(new RegExp(`batch_is_running|process ${winner?.process.pid}`));
    await withCheckpoint(data, async (checkpoint) => {
      expect(await checkpoint.batch()).toMatchObject({ processed: documents });
      expect(await checkpoint.check()).toEqual([]);
    });
  });

  test('G2 one frozen past its lease and woken again cannot commit', { timeout: 90_000 }, async () => {
    const documents = 600;
    const { data, input, jsonl } = setup(documents);
    const frozen = startChild({ data, input, concurrency: 2, stageMs: 20 });
    await frozen.printed(/processed [1-9]/);
    frozen.process.kill('SIGSTOP');
    const { run, heartbeatAtMs } = (await withCheckpoint(data, (one) => one.holder())) ?? { run: 0, heartbeatAtMs: 0 };
    await expect.poll(() => Date.now() - heartbeatAtMs, { timeout: 30_000, interval: 200 }).toBeGreaterThan(10_500);
    const heir = startChild({ data, input, concurrency: 2, stageMs: 20 });
    await heir.printed(/processed [1-9]/);
    frozen.process.kill('SIGCONT');
    // Frozen between two commits it is refused; frozen within one it had to be ended for its lock.
    if ((await frozen.ended) !== 'SIGKILL') expect(frozen.output()).toContain('lease_lost');
    expect(await heir.ended, heir.output()).toBe(0);
    await withCheckpoint(data, async (checkpoint) => {
      expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED', processed: documents });
      expect(await checkpoint.check()).toEqual([]);
      expect((await checkpoint.runs()).find((one) => one.run === run)?.end).toBe('died');
    });
    const ids = deliveredIds(jsonl);
    expect(ids.length).toBe(documents);
    expect(new Set(ids).size).toBe(documents);
  });
});
