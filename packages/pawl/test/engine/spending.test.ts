import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/checkpoint/read-result.ts';
import type { StageCall } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { testBatch } from './test-batch.ts';

// What documents cost, in a real checkpoint, with a stage that pays ten tokens an answer.

const USAGE: Usage = {
  provider: 'test',
  model: 'm',
  requests: 1,
  inputTokens: 8,
  outputTokens: 2,
  costNanos: 1_000,
  unpricedTokens: 0,
};

function payingPipeline(work: (documentId: string, pay: () => Promise<void>) => Promise<void>): Pipeline {
  const pay = async (call: StageCall) => (await call.reserve({ tokens: 25, costNanos: 2_500 })).settle(USAGE);
  return new Pipeline([
    {
      name: 'seen',
      provider: 'test',
      model: 'm',
      fingerprint: 'test',
      description: 'test',
      run: async ({ document }, _, call) => {
        await work(document.documentId, () => pay(call));
        return { value: true };
      },
    },
  ]);
}

const once = payingPipeline(async (_, pay) => pay());
const by = 'test';

describe('what is paid', () => {
  test('G9 is counted by document, run and batch, in the results too, and the sums agree', async () => {
    await using batch = await testBatch(5);
    const { checkpoint } = batch;
    await runBatch({ checkpoint, pipeline: once, sinks: [], by });
    const all = { ...USAGE, requests: 5, inputTokens: 40, outputTokens: 10, costNanos: 5_000 };
    expect((await checkpoint.batch()).usage).toEqual([all]);
    expect(await checkpoint.usageOf('d3')).toEqual([USAGE]);
    expect((await checkpoint.runs())[0]).toMatchObject({ tokens: 50, costNanos: 5_000 });
    const [first] = await checkpoint.results({ afterSeq: 0, limit: 1, maxBytes: 1e6 });
    const stage = readResult(first!).processing_metadata.stages.seen;
    expect(stage).toMatchObject({ tokens: 10, cost: 0.000001 });
    expect(await checkpoint.check()).toEqual([]);
  });

  test('stays counted when the document fails, times out or is tried again', async () => {
    await using batch = await testBatch(3, { maxAttempts: 2, stageTimeoutMs: 300 });
    const { checkpoint } = batch;
    const tries = new Map<string, number>();
    const pipeline = payingPipeline(async (id, pay) => {
      await pay();
      tries.set(id, (tries.get(id) ?? 0) + 1);
      if (id === 'd1') throw new StageError('permanent', 'invalid_answer', 'no');
      if (id === 'd2' && tries.get(id) === 1) throw new StageError('transient', 'provider_failed', 'once');
      if (id === 'd3') await new Promise(() => undefined); // never answers: its time-out leaves it behind
    });
    await runBatch({ checkpoint, pipeline, sinks: [], by });
    const requests = async (id: string) => (await checkpoint.usageOf(id))[0]?.requests;
    expect([await requests('d1'), await requests('d2'), await requests('d3')]).toEqual([1, 2, 1]);
    expect((await checkpoint.batch()).failed).toBe(2);
    await checkpoint.retry({ codes: [], documentIds: ['d1'] }, { atMs: 1, by });
    await runBatch({ checkpoint, pipeline, sinks: [], by });
    expect(await requests('d1')).toBe(2);
    expect((await checkpoint.batch()).usage).toMatchObject([{ requests: 5, costNanos: 5_000 }]);
    expect(await checkpoint.check()).toEqual([]);
  });

  test('of a document that is given back is kept for the run that takes it up again', async () => {
    await using batch = await testBatch(1);
    const { checkpoint } = batch;
    const paid = Promise.withResolvers<void>();
    const abort = new AbortController();
    const stuck = payingPipeline(async (_, pay) => {
      await pay();
      paid.resolve();
      await new Promise(() => undefined);
    });
    const running = runBatch({ checkpoint, pipeline: stuck, sinks: [], by, abort: abort.signal });
    await paid.promise;
    abort.abort();
    await running;
    expect((await checkpoint.batch()).processed).toBe(0);
    await runBatch({ checkpoint, pipeline: once, sinks: [], by });
    expect(await checkpoint.usageOf('d1')).toMatchObject([{ requests: 2 }]);
    expect(await checkpoint.check()).toEqual([]);
  });
});

describe('a budget', () => {
  test('pauses the batch before it is crossed, fails no document, and lets it go on when it is raised', async () => {
    await using batch = await testBatch(20, { maxTokens: 95, concurrency: 8 });
    const { checkpoint } = batch;
    const summary = await runBatch({ checkpoint, pipeline: once, sinks: [], by });
    expect(summary).toMatchObject({ end: 'paused', batch: { status: 'PAUSED', reason: 'cost_budget', failed: 0 } });
    expect(summary.reason).toBe('80 of 95 tokens are used, and the next request may take 25');
    expect(summary.batch.processed).toBe(8);
    const again = await runBatch({ checkpoint, pipeline: once, sinks: [], by });
    expect(again).toMatchObject({ end: 'paused', batch: { processed: 8, failed: 0 } });
    const { settings } = await checkpoint.batch();
    await checkpoint.updateSettings({ ...settings, maxTokens: 1_000 }, {}, { atMs: 1, by });
    expect(await runBatch({ checkpoint, pipeline: once, sinks: [], by })).toMatchObject({ end: 'completed' });
    expect((await checkpoint.batch()).usage).toMatchObject([{ requests: 20 }]);
  });

  test('in dollars holds over all runs together', async () => {
    await using batch = await testBatch(20, { maxCostNanos: 10_000 });
    const { checkpoint } = batch;
    for (const _ of [1, 2, 3]) await runBatch({ checkpoint, pipeline: once, sinks: [], by });
    const { usage, status } = await checkpoint.batch();
    expect(status).toBe('PAUSED');
    expect(usage).toMatchObject([{ costNanos: 8_000 }]);
  });

  test('that is waited for does not count against the time-out of the stage', async () => {
    await using batch = await testBatch(2, { maxTokens: 35, stageTimeoutMs: 400, maxAttempts: 1, concurrency: 2 });
    const { checkpoint } = batch;
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const pipeline = new Pipeline([
      {
        name: 'seen',
        provider: 'test',
        model: 'm',
        fingerprint: 'test',
        description: 'test',
        run: async ({ document }, _, call) => {
          if (document.documentId === 'd2') await begun.promise;
          const reservation = await call.reserve({ tokens: 20, costNanos: 0 });
          if (document.documentId === 'd1') {
            begun.resolve();
            await call.standStill(release.promise);
          }
          reservation.settle(USAGE);
          return { value: true };
        },
      },
    ]);
    const running = runBatch({ checkpoint, pipeline, sinks: [], by });
    await begun.promise;
    setTimeout(release.resolve, 900); // longer than both time-outs
    expect(await running).toMatchObject({ end: 'completed', batch: { processed: 2, failed: 0 } });
  });
});
