import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { orderBatch } from '../../src/engine/control-batch.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { stagesOf, testBatch, WatchHands } from './test-batch.ts';

// The engine on a real checkpoint, with stages of the tests' own.

const HOURS = { fromMinute: 20 * 60, toMinute: 6 * 60 };

describe('orders (G5)', () => {
  test('G5 one that comes between the claim and the first look is obeyed', async () => {
    await using batch = await testBatch(20);
    const { checkpoint } = batch;
    const claimed = withHook(checkpoint, 'startRun', () =>
      checkpoint.transition('pause', { reason: 'user', now: false, run: null }, { atMs: Date.now(), by: 'test' }),
    );
    const begun: string[] = [];
    const pipeline = stagesOf(async (id) => void begun.push(id));
    const summary = await runBatch({ checkpoint: claimed, pipeline, sinks: [], by: 'test' });
    expect(summary).toMatchObject({ end: 'paused', batch: { status: 'PAUSED' } });
    expect(await checkpoint.holder()).toBeNull();
    const counted = await checkpoint.batch();
    expect(counted.processed).toBe(begun.length);
  });

  test('G5 after pause returns no further document starts, and resuming leaves out none', async () => {
    await using batch = await testBatch(400, { concurrency: 3 });
    const { checkpoint } = batch;
    const begun: string[] = [];
    const tenth = Promise.withResolvers<void>();
    const pipeline = stagesOf(async (id) => {
      begun.push(id);
      if (begun.length === 10) tenth.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    });
    const running = runBatch({ checkpoint, pipeline, sinks: [], by: 'test' });
    await tenth.promise;
    const order = await orderBatch(checkpoint, 'pause', { now: false, by: 'test', clock: systemClock });
    const begunAtReturn = begun.length;
    expect(order.runner).not.toBe('unanswered');
    expect(await running).toMatchObject({ end: 'paused' });
    expect(begun.length).toBe(begunAtReturn);
    await runBatch({ checkpoint, pipeline, sinks: [], by: 'test' });
    expect(begun.length).toBe(400);
    expect(new Set(begun).size).toBe(400);
  });
});

describe('a checkpoint whose counters lie', () => {
  test('is said to be damaged instead of being waited for', async () => {
    await using batch = await testBatch(3);
    const db = new Sqlite(batch.databasePath);
    db.exec('UPDATE batch SET total = total + 2');
    db.close();
    const pipeline = stagesOf(async () => undefined);
    await expect(runBatch({ checkpoint: batch.checkpoint, pipeline, sinks: [], by: 'test' })).rejects.toMatchObject({
      code: 'checkpoint_damaged',
      message: 'The checkpoint counts 2 documents without an outcome, but has none.',
    });
    expect(await batch.checkpoint.batch()).toMatchObject({ status: 'FAILED', processed: 3 });
    expect(await batch.checkpoint.holder()).toBeNull();
  });
});

describe('working hours', () => {
  test('outside them the batch is paused; it goes on by itself when they begin', async () => {
    await using batch = await testBatch(5, { workingHours: HOURS });
    const { checkpoint } = batch;
    const clock = new WatchHands();
    clock.set('19:30');
    const begun: string[] = [];
    const pipeline = stagesOf(async (id) => void begun.push(id));
    const running = runBatch({ checkpoint, pipeline, sinks: [], by: 'test', clock });
    await expect.poll(() => checkpoint.batch()).toMatchObject({ status: 'PAUSED', reason: 'working_hours' });
    expect(begun).toEqual([]);
    clock.set('20:00');
    expect(await running).toMatchObject({ end: 'completed', batch: { status: 'COMPLETED', processed: 5 } });
  });

  test('when they end, what is in flight is finished and the rest waits for the next', async () => {
    await using batch = await testBatch(3, { workingHours: HOURS, concurrency: 1 });
    const { checkpoint } = batch;
    const clock = new WatchHands();
    clock.set('05:59:59.9');
    const first = Promise.withResolvers<void>();
    const begun: string[] = [];
    const pipeline = stagesOf((id) => (begun.push(id) === 1 ? first.promise : Promise.resolve()));
    const running = runBatch({ checkpoint, pipeline, sinks: [], by: 'test', clock });
    await expect.poll(() => begun).toEqual(['d1']);
    await expect.poll(() => new Date(clock.now()).getHours(), { timeout: 3_000 }).toBe(6);
    // The end of the hours is a timer: it fires a moment after the clock shows it.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    first.resolve();
    await expect.poll(() => checkpoint.batch()).toMatchObject({ status: 'PAUSED', processed: 1 });
    expect(begun).toEqual(['d1']);
    clock.set('20:00');
    expect(await running).toMatchObject({ end: 'completed', batch: { processed: 3 } });
  });

  test('a pause that somebody orders outside them lasts', async () => {
    await using batch = await testBatch(5, { workingHours: HOURS });
    const { checkpoint } = batch;
    const clock = new WatchHands();
    clock.set('12:00');
    const pipeline = stagesOf(async () => undefined);
    const running = runBatch({ checkpoint, pipeline, sinks: [], by: 'test', clock });
    await expect.poll(() => checkpoint.batch()).toMatchObject({ reason: 'working_hours' });
    await orderBatch(checkpoint, 'pause', { now: false, by: 'test', clock });
    clock.set('21:00');
    expect(await running).toMatchObject({ end: 'paused', batch: { status: 'PAUSED', reason: 'user', processed: 0 } });
  });
});

describe('a run that ends itself', () => {
  test('the time limit finishes what is in flight and pauses', async () => {
    await using batch = await testBatch(50, { timeLimitMs: 100, concurrency: 1 });
    const { checkpoint } = batch;
    const pipeline = stagesOf(() => new Promise((resolve) => setTimeout(resolve, 20)));
    const summary = await runBatch({ checkpoint, pipeline, sinks: [], by: 'test' });
    expect(summary).toMatchObject({ end: 'paused', reason: 'the time limit of 0.1 s is reached' });
    expect(summary.batch).toMatchObject({ status: 'PAUSED', reason: 'time_limit' });
    expect(summary.batch.processed).toBeGreaterThan(0);
    expect(summary.batch.processed).toBeLessThan(50);
  });

  test('beyond the failure budget no document is taken up', async () => {
    await using batch = await testBatch(50, { maxFailures: { kind: 'count', count: 3 }, concurrency: 2 } as never);
    const { checkpoint } = batch;
    const pipeline = stagesOf(() => Promise.reject(new Error('no')));
    const summary = await runBatch({ checkpoint, pipeline, sinks: [], by: 'test' });
    expect(summary.batch).toMatchObject({ status: 'PAUSED', reason: 'failure_budget' });
    expect(summary.batch.failed).toBeLessThanOrEqual(5);
  });
});

/** `checkpoint`, with something done as soon as `method` has returned. */
function withHook(checkpoint: Checkpoint, method: keyof Checkpoint, then: () => Promise<unknown>): Checkpoint {
  return new Proxy(checkpoint, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== method) return value.bind(target);
      return async (...args: unknown[]) => {
        const answer = await value.apply(target, args);
        await then();
        return answer;
      };
    },
  });
}
