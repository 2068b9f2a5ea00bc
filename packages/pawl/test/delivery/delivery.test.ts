import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSinks } from '../../src/delivery/create-sink.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import type { Sink } from '../../src/delivery/sink.ts';
import { FakeClock } from '../engine/fake-clock.ts';
import { author, type DeliveredBatch, deliveredBatch, resultOf } from './delivered-batch.ts';
import { MemorySink } from './memory-sink.ts';

const PATIENT = new AbortController().signal;

function deliver({ checkpoint, run }: DeliveredBatch, sink: Sink, clock = new FakeClock()) {
  return new Delivery({ checkpoint, sink, clock, run });
}

describe('delivery', () => {
  test('brings every result to the sink, in the order of commit, and says how far it has got', async () => {
    await using batch = await deliveredBatch(1_200);
    const sink = new MemorySink();
    const results = await batch.commit(1_200);
    const delivery = deliver(batch, sink);
    expect(await delivery.drain(PATIENT)).toBe('delivered');
    expect(sink.results).toEqual(results);
    expect(await batch.sinkState('memory')).toMatchObject({ resultSeq: 1_200, delivered: 1_200, error: null });
    await delivery.close();
    expect(sink.calls).toEqual(['start', 'write', 'write', 'write', 'finish', 'close']);
  });

  test('goes on where the run before ended, cutting off what its cursor does not know', async () => {
    await using batch = await deliveredBatch(5);
    const sink = new MemorySink();
    await batch.commit(2);
    const first = deliver(batch, sink);
    await first.drain(PATIENT);
    await first.close();
    sink.results.push('written by a process that died before it saved the cursor');
    await batch.commit(3);
    const second = deliver(batch, sink);
    await second.drain(PATIENT);
    await second.close();
    expect(sink.results).toEqual([1, 2, 3, 4, 5].map(resultOf));
  });

  test('gathers results for a moment instead of writing each by itself', async () => {
    await using batch = await deliveredBatch(10);
    const sink = new MemorySink();
    const clock = new FakeClock();
    const delivery = deliver(batch, sink, clock);
    await delivery.drain(PATIENT);
    for (let i = 0; i < 5; i++) {
      await batch.commit(2);
      delivery.notify();
    }
    await expect.poll(() => clock.sleeping).toBe(1);
    expect(sink.results).toEqual([]);
    await clock.advance(250);
    await expect.poll(() => sink.results.length).toBe(10);
    expect(sink.calls.filter((call) => call === 'write')).toHaveLength(1);
    await delivery.close();
  });

  test('tries a sink that fails again, shows why and since when, and holds up no other', async () => {
    await using batch = await deliveredBatch(3);
    const clock = new FakeClock(5_000, () => 0.999);
    const [sick, healthy] = [new MemorySink('sick'), new MemorySink('healthy')];
    sick.problem = new Error('no answer');
    await batch.commit(3);
    const deliveries = [deliver(batch, sick, clock), deliver(batch, healthy, clock)];
    expect(await deliveries[1]?.drain(PATIENT)).toBe('delivered');
    expect(healthy.results).toHaveLength(3);
    await expect
      .poll(() => batch.sinkState('sick'))
      .toMatchObject({ error: 'no answer', failingSinceMs: 5_000, delivered: 0 });
    for (let failures = 1; failures < 9; failures++) {
      await expect.poll(() => clock.sleeping).toBe(1);
      const waitMs = Math.round(0.999 * Math.min(60_000, 500 * 2 ** (failures - 1)));
      await clock.advance(waitMs - 1);
      expect(sick.calls).toHaveLength(failures);
      await clock.advance(1);
      await expect.poll(() => sick.calls.length).toBe(failures + 1);
    }
    sick.problem = null;
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(60_000);
    await expect.poll(() => batch.sinkState('sick')).toMatchObject({ delivered: 3, error: null, failingSinceMs: null });
    for (const delivery of deliveries) await delivery.close();
  });

  test('leaves the rest to the next run when patience is over', async () => {
    await using batch = await deliveredBatch(2);
    const sink = new MemorySink();
    sink.problem = new Error('out of order');
    await batch.commit(2);
    const first = deliver(batch, sink);
    const patience = new AbortController();
    const drained = first.drain(patience.signal);
    await expect.poll(() => batch.sinkState('memory')).toMatchObject({ error: 'out of order' });
    patience.abort();
    expect(await drained).toBe('failing');
    await first.close();
    sink.problem = null;
    const second = deliver(batch, sink);
    expect(await second.drain(PATIENT)).toBe('delivered');
    await second.close();
    expect(sink.results).toEqual([1, 2].map(resultOf));
  });

  test('does not wait out a pause when it is to be done', async () => {
    await using batch = await deliveredBatch(2);
    const sink = new MemorySink();
    const clock = new FakeClock(0, () => 0.999);
    sink.problem = new Error('for a moment');
    await batch.commit(2);
    const delivery = deliver(batch, sink, clock);
    await expect.poll(() => clock.sleeping).toBe(1);
    sink.problem = null;
    expect(await delivery.drain(PATIENT)).toBe('delivered');
    expect(clock.now()).toBe(0);
    await delivery.close();
  });

  test('begins anew when a delivered result was taken back', async () => {
    await using batch = await deliveredBatch(3);
    const sink = new MemorySink();
    await batch.commit(3);
    const delivery = deliver(batch, sink);
    await delivery.drain(PATIENT);
    const { checkpoint, run } = batch;
    const { pipeline, settings } = await checkpoint.batch();
    await checkpoint.replacePipeline(pipeline, settings, ['entities'], author);
    const again = { kind: 'processed', seq: 2, result: '{"again":2}', timings: {} } as const;
    await checkpoint.commit(run, [again], author);
    expect(await delivery.drain(PATIENT)).toBe('delivered');
    expect(sink.results).toEqual(['{"again":2}']);
    await delivery.close();
  });

  test('G2 delivers everything again when the file is gone, and notes that', async () => {
    await using batch = await deliveredBatch(4);
    const sinks = () => createSinks([{ name: 'jsonl', kind: 'jsonl', options: {} }], batch.folder)[0] as Sink;
    await batch.commit(4);
    for (const round of ['written', 'deleted']) {
      const delivery = deliver(batch, sinks());
      expect(await delivery.drain(PATIENT), round).toBe('delivered');
      await delivery.close();
      expect(await sinks().check((await batch.sinkState())?.position ?? {}, 4)).toEqual([]);
      if (round === 'written') rmSync(join(batch.folder, 'documents.jsonl'));
    }
    const history = await batch.checkpoint.history({ afterSeq: 0, limit: 100 });
    expect(history.map(({ event }) => event)).toContain('sink_lost');
  });

  test('G2 a run that lost its batch touches no sink any more', async () => {
    await using batch = await deliveredBatch(2);
    const sink = new MemorySink();
    const delivery = deliver(batch, sink);
    await sink.called();
    await batch.commit(2);
    const runner = { pid: 2, host: 'elsewhere', processStart: null };
    await batch.checkpoint.startRun(runner, { takeOver: batch.run, move: 'start', maxDeaths: 3 }, author);
    expect(await delivery.drain(PATIENT)).toBe('failing');
    await delivery.close();
    expect(sink.calls).toEqual(['start', 'close']);
  });

  test('closes after the write it is at, however much there is to deliver', async () => {
    await using batch = await deliveredBatch(2_000);
    const sink = new MemorySink();
    await batch.commit(2_000);
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    const delivery = deliver(batch, sink);
    await expect.poll(() => sink.calls).toContain('write');
    const closed = delivery.close();
    gate.resolve();
    await closed;
    expect(sink.calls).toEqual(['start', 'write', 'close']);
    expect(await batch.sinkState('memory')).toMatchObject({ delivered: sink.results.length, resultSeq: 500 });
  });
});
