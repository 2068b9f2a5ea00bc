import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readResult } from '../../src/checkpoint/read-result.ts';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { BatchSettings } from '../../src/domain/batch.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import type { RoundsPolicy } from '../../src/models/batch-api/batch-rounds.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { seededRandom } from '../crash/random.ts';
import { answerTo, BatchServer } from './batch-server.ts';
import { askingStage, BATCH_ANSWER_NANOS, batchModel, QUICK, question } from './batch-setup.ts';

// The batch APIs of both providers, with the real engine and checkpoint, against a server of the tests' own.

const CHILD = fileURLToPath(new URL('./batch-child.ts', import.meta.url));
const FAULTY = {
  lostAnswer: 0.2,
  refused: 0.2,
  failedPoll: 0.1,
  brokenResults: 0.2,
  unanswered: 0.05,
  expired: 0.2,
};
const KILLS = 12;
const author = { atMs: 1, by: 'test' };

let data: string;
let server: BatchServer;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'pawl-batch-api-'));
  server = await BatchServer.start(20_261);
});

afterEach(() => {
  server.close();
  rmSync(data, { recursive: true, force: true });
});

/** Makes a batch of documents. */
async function accept(documents: number, changed: Partial<BatchSettings> = {}): Promise<void> {
  const settings = { ...DEFAULT_SETTINGS, concurrency: 4, ...changed };
  const pipeline = { stages: [{ name: 'asked', fingerprint: 'asked', description: 'asked' }] };
  const jobId = '00000000-0000-4000-8000-000000000000';
  const checkpoint = await openStore(data).create({ batchId: 'b', jobId, pipeline, settings }, author);
  const acceptance = await checkpoint.beginAcceptance({ name: 'in', fingerprint: null }, author);
  const lines = Array.from({ length: documents }, (_, i) => ({
    kind: 'document' as const,
    line: i + 1,
    documentId: `d${i + 1}`,
    contentHash: `h${i}`,
    source: '{"text":"Rain."}',
  }));
  await checkpoint.accept(acceptance, lines, { reprocessChanged: false }, author);
  await checkpoint.endAcceptance(acceptance, { lines: documents, blankLines: 0, inputSha256: null }, author);
  await checkpoint.close();
}

/** Runs the batch in this process. */
async function run(provider: string, policy: RoundsPolicy = QUICK, interrupt?: AbortSignal) {
  const store = openStore(data);
  const checkpoint = await store.openThreaded('b');
  const pipeline = new Pipeline([askingStage(batchModel(provider, server.baseUrl, store.folderOf('b'), policy))]);
  const waits: string[] = [];
  try {
    const summary = await runBatch({
      checkpoint,
      pipeline,
      sinks: [],
      by: 'test',
      ...(interrupt === undefined ? {} : { interrupt }),
      onProgress: ({ report }) => waits.push(...report.stages.flatMap(({ waitingFor }) => waitingFor ?? [])),
    });
    return { ...summary, waits };
  } finally {
    await pipeline.close();
    await checkpoint.close();
  }
}

/** Every document has the answers to its own questions. */
async function expectAllAnswered(documents: number) {
  const checkpoint = await openStore(data).open('b');
  const results = await checkpoint.results({ afterSeq: 0, limit: documents + 1, maxBytes: 1e9 });
  expect(results).toHaveLength(documents);
  for (const result of results) {
    const first = answerTo(`first of ${result.documentId}`);
    expect(readResult(result).extensions?.asked).toEqual([first, answerTo(`then ${first}`)]);
  }
  expect(await checkpoint.check()).toEqual([]);
  const { usage } = await checkpoint.batch();
  await checkpoint.close();
  return usage[0];
}

describe.each(['openai', 'anthropic'])('the batch API of %s', (provider) => {
  test('answers all documents in rounds, at half the price, and the run says what it waits for', async () => {
    await accept(60);
    const { end, waits } = await run(provider);
    expect(end).toBe('completed');
    expect(server.batches.size).toBe(6); // two rounds of 60 questions, 25 a batch
    expect(server.liveRequests).toBe(0);
    expect(server.violations).toEqual([]);
    expect(waits.join()).toMatch(/the answers to \d+ requests in \d batches/);
    const usage = await expectAllAnswered(60);
    expect(usage).toMatchObject({ requests: 120, costNanos: 120 * BATCH_ANSWER_NANOS });
  });

  test('with faults everywhere loses nothing and asks for nothing twice', async () => {
    server.faults = FAULTY;
    await accept(80);
    expect(await run(provider)).toMatchObject({ end: 'completed' });
    expect(server.violations).toEqual([]);
    expect(await expectAllAnswered(80)).toMatchObject({ requests: 160 });
  });

  test('G3 killed again and again at random moments, it loses no result and hands nothing in twice', async () => {
    server.faults = { ...FAULTY, refused: 0.1, failedPoll: 0.05 };
    const random = seededRandom(provider.length);
    server.durationMs = () => 50 + 300 * random();
    await accept(60);
    let kills = 0;
    for (;;) {
      const asked = Promise.withResolvers<void>();
      server.onRequest = asked.resolve;
      const child = spawn(process.execPath, [CHILD, provider, server.baseUrl, data], { stdio: 'inherit' });
      const exited = once(child, 'exit');
      if (kills < KILLS) {
        await Promise.race([asked.promise, exited]);
        await Promise.race([sleep(150 * random()), exited]);
        if (child.exitCode === null) {
          child.kill('SIGKILL');
          kills += 1;
        }
      }
      const [code] = await exited;
      if (code === 0) break;
      expect(code).toBeNull();
    }
    expect(kills).toBeGreaterThanOrEqual(3); // it may have ended before all of them
    expect(server.violations).toEqual([]);
    const usage = await expectAllAnswered(60);
    // What was used within the last moments before a kill may not have been counted; nothing is counted twice.
    expect(usage?.requests).toBeLessThanOrEqual(120);
    expect(usage?.requests).toBeGreaterThan(120 - KILLS * 8);
  });

  test('leaves what it does not answer in time to the live API', async () => {
    server.durationMs = () => 3_600_000;
    await accept(10);
    const { end } = await run(provider, { ...QUICK, patienceMs: 300 });
    expect(end).toBe('completed');
    expect(server.violations).toEqual([]);
    expect(server.liveRequests).toBe(20);
    const usage = await expectAllAnswered(10);
    expect(usage).toMatchObject({ requests: 20, costNanos: 20 * 2 * BATCH_ANSWER_NANOS });
  });

  test('that was interrupted while it waited is taken up where it was', async () => {
    server.durationMs = () => 400;
    await accept(10);
    const interrupt = new AbortController();
    server.onBatch = () => setTimeout(() => interrupt.abort(), 100);
    const interrupted = await run(provider, QUICK, interrupt.signal);
    server.onBatch = () => undefined;
    expect(interrupted).toMatchObject({ end: 'interrupted', batch: { processed: 0, failed: 0 } });
    expect(server.batches.size).toBe(1);
    expect(await run(provider)).toMatchObject({ end: 'completed' });
    expect(server.batches.size).toBe(2);
    expect(server.violations).toEqual([]);
    await expectAllAnswered(10);
  });

  test('keeps to the budget: what may be spent is set aside before it is handed in', async () => {
    const maxTokens = 3_000; // one of these requests may take 1,200 and takes 110
    await accept(20, { maxTokens });
    const { end, batch } = await run(provider);
    expect(end).toBe('paused');
    expect(batch).toMatchObject({ reason: 'cost_budget', failed: 0 });
    const [usage] = batch.usage;
    expect((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0)).toBeLessThanOrEqual(maxTokens);
    const handedIn = [...server.batches.values()].reduce((sum, { requests }) => sum + requests.length, 0);
    expect(handedIn).toBe(usage?.requests);
    const checkpoint = await openStore(data).open('b');
    await checkpoint.updateSettings({ ...batch.settings, maxTokens: null }, {}, author);
    await checkpoint.close();
    expect(await run(provider)).toMatchObject({ end: 'completed' });
    expect(server.violations).toEqual([]);
    expect(await expectAllAnswered(20)).toMatchObject({ requests: 40 });
  });
});

test('a request that the batch API refuses is judged by the live API', async () => {
  server.refuses = (asked) => asked === 'first of d2';
  await accept(3);
  expect(await run('openai')).toMatchObject({ end: 'completed' });
  expect(server.liveRequests).toBe(1);
  await expectAllAnswered(3);
});

test('a ledger that cannot be used suspends the stage and fails no document', async () => {
  const model = batchModel('openai', server.baseUrl, data);
  const db = new Sqlite(join(data, 'llm-batches.db'));
  db.exec('DROP TABLE requests');
  db.close();
  const asked = model.ask(question('anything'), new AbortController().signal, UNATTENDED_CALL);
  await expect(asked).rejects.toMatchObject({ fault: 'unavailable', code: 'ledger_unusable' });
  await model.close();
});
