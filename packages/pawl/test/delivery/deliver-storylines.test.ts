import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Compression } from '../../src/compression/compression.ts';
import { decompressed } from '../../src/compression/decompress.ts';
import { createSinks } from '../../src/delivery/create-sink.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import type { SettledStorylines, Sink } from '../../src/delivery/sink.ts';
import type { JsonObject } from '../../src/domain/document.ts';
import { FakeClock } from '../engine/fake-clock.ts';
import { author, type DeliveredBatch, deliveredBatch, linesOf, settle } from './delivered-batch.ts';
import { MemorySink } from './memory-sink.ts';

const PATIENT = new AbortController().signal;

class StorylineSink extends MemorySink {
  held: unknown = null;
  settlements: number[] = [];
  /** Called before they are replaced. */
  meanwhile: () => Promise<void> = async () => undefined;

  async replaceStorylines(settled: SettledStorylines, position: JsonObject): Promise<JsonObject> {
    await this.meanwhile();
    if (this.problem !== null) throw this.problem;
    this.settlements.push(settled.settlement);
    this.held = {
      storylines: await Array.fromAsync(settled.storylines()),
      linkages: await Array.fromAsync(settled.linkages()),
    };
    return { ...position, settlement: settled.settlement };
  }
}

async function deliver({ checkpoint, run }: DeliveredBatch, sink: Sink): Promise<void> {
  const delivery = new Delivery({ checkpoint, sink, clock: new FakeClock(), run });
  expect(await delivery.drain(PATIENT)).toBe('delivered');
  await delivery.close();
}

describe('a sink that takes storylines', () => {
  test('gets those of each settlement once, as a whole', async () => {
    await using batch = await deliveredBatch(3);
    await batch.commit(3);
    const sink = new StorylineSink();
    await deliver(batch, sink);
    expect(sink.held).toBeNull();
    await settle(batch, ['s-1', 's-2']);
    await deliver(batch, sink);
    await deliver(batch, sink);
    expect(sink.held).toEqual(linesOf(['s-1', 's-2']));
    await settle(batch, ['s-2']);
    await deliver(batch, sink);
    expect(sink.held).toEqual(linesOf(['s-2']));
    expect(sink.settlements).toEqual([1, 2]);
    expect(await batch.sinkState('memory')).toMatchObject({ settlement: 2, delivered: 3, error: null });
  });

  test('gets none while something is taken up that is not settled', async () => {
    await using batch = await deliveredBatch(2);
    await batch.commit(1);
    await settle(batch, ['s-1']);
    await batch.checkpoint.addLinkedDocuments(batch.run, [], author);
    const sink = new StorylineSink();
    await deliver(batch, sink);
    expect(sink.settlements).toEqual([]);
  });

  test('gets them again when they were settled anew while it took them', async () => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    await settle(batch, ['s-1']);
    const sink = new StorylineSink();
    sink.meanwhile = async () => {
      sink.meanwhile = async () => undefined;
      await settle(batch, ['s-2', 's-3']);
    };
    await deliver(batch, sink);
    expect(sink.held).toEqual(linesOf(['s-2', 's-3']));
    expect(await batch.sinkState('memory')).toMatchObject({ settlement: 2 });
  });

  test('gets them again after a crash that came before its cursor was saved', async () => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    const sink = new StorylineSink();
    await deliver(batch, sink);
    const before = (await batch.sinkState('memory'))!;
    await settle(batch, ['s-1']);
    await deliver(batch, sink);
    await batch.checkpoint.saveSink(batch.run, before);
    await deliver(batch, sink);
    expect(sink.settlements).toEqual([1, 1]);
    expect(await batch.sinkState('memory')).toMatchObject({ settlement: 1 });
  });

  test('that fails says why, keeps its results, and is tried again', async () => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    await settle(batch, ['s-1']);
    const sink = new StorylineSink();
    sink.meanwhile = async () => {
      sink.problem = new Error('no room for stories');
    };
    const clock = new FakeClock();
    const delivery = new Delivery({ checkpoint: batch.checkpoint, sink, clock, run: batch.run });
    const drained = delivery.drain(PATIENT);
    await expect.poll(() => clock.sleeping).toBe(1);
    const failing = { delivered: 1, error: 'no room for stories', failingSinceMs: 0 };
    expect(await batch.sinkState('memory')).toMatchObject(failing);
    sink.problem = null;
    await clock.advance(1_000);
    await expect.poll(() => clock.sleeping).toBe(1);
    expect(await batch.sinkState('memory')).toMatchObject({
      ...failing,
      updatedAtMs: expect.toSatisfy((ms) => ms > 0),
    });
    sink.meanwhile = async () => undefined;
    sink.problem = null;
    await clock.advance(60_000);
    expect(await drained).toBe('delivered');
    expect(sink.held).toEqual(linesOf(['s-1']));
    expect(await batch.sinkState('memory')).toMatchObject({
      delivered: 1,
      settlement: 1,
      error: null,
      failingSinceMs: null,
    });
    await delivery.close();
  });
});

/** A batch that is settled, and a sink that is being given its storylines and has not taken them yet. */
async function takingBatch() {
  const batch = await deliveredBatch(1);
  await batch.commit(1);
  await settle(batch, ['s-1']);
  const sink = new StorylineSink();
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  sink.meanwhile = async () => {
    begun.resolve();
    await gate.promise;
  };
  const clock = new FakeClock();
  const delivery = new Delivery({ checkpoint: batch.checkpoint, sink, clock, run: batch.run });
  const patience = new AbortController();
  const abort = new AbortController();
  const drained = delivery.drain(patience.signal, abort.signal);
  await begun.promise;
  return { batch, clock, patience, abort, drained, take: gate.resolve, delivery };
}

describe('a sink that takes long over storylines', () => {
  test('is waited for beyond patience, because it would begin anew the next time', async () => {
    const { batch, patience, drained, take, delivery } = await takingBatch();
    patience.abort();
    take();
    expect(await drained).toBe('delivered');
    await delivery.close();
    await batch[Symbol.asyncDispose]();
  });

  test('is not waited for when it reads nothing any more, or when all is to end at once', async () => {
    for (const way of ['stalled', 'aborted'] as const) {
      const { batch, clock, patience, abort, drained, take, delivery } = await takingBatch();
      (way === 'stalled' ? patience : abort).abort();
      if (way === 'stalled') {
        await expect.poll(() => clock.sleeping).toBe(1);
        await clock.advance(10_000);
      }
      expect(await drained).toBe('failing');
      take();
      await delivery.close();
      await batch[Symbol.asyncDispose]();
    }
  });
});

/** What is in a file, as a reader sees it who knows of compression. */
async function read(path: string): Promise<string[]> {
  async function* stored() {
    yield readFileSync(path);
  }
  const text = Buffer.concat(await Array.fromAsync(decompressed(stored()))).toString('utf8');
  return text.split('\n').slice(0, -1);
}

describe('a JSON lines sink with a path of its own', () => {
  function sinkAt(batch: DeliveredBatch, path: string, compression: Compression | null = null): Sink {
    const options = { path, ...(compression === null ? {} : { compression }) };
    return createSinks([{ name: 'out', kind: 'jsonl', options }], batch.folder)[0]!;
  }

  test.each([
    ['out.jsonl', null, 'out.storylines.jsonl', 'out.linkages.jsonl'],
    ['out.jsonl.gz', 'gzip', 'out.storylines.jsonl.gz', 'out.linkages.jsonl.gz'],
    ['news.2026.json.zst', 'zstd', 'news.2026.storylines.json.zst', 'news.2026.linkages.json.zst'],
    ['results', null, 'results.storylines.jsonl', 'results.linkages.jsonl'],
  ] as const)('has those of %s beside it (%s)', async (name, compression, storylines, linkages) => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    const names = Array.from({ length: 3_000 }, (_, i) => `s-${i}-ö`);
    await settle(batch, names.slice(0, 50));
    const sink = () => sinkAt(batch, join(batch.elsewhere, name), compression);
    await deliver(batch, sink());
    await settle(batch, names.slice(0, 90));
    await deliver(batch, sink());
    const written = linesOf(names.slice(0, 90));
    expect(await read(join(batch.elsewhere, storylines))).toEqual(written.storylines);
    expect(await read(join(batch.elsewhere, linkages))).toEqual(written.linkages);
    const { position, delivered } = (await batch.sinkState('out'))!;
    expect(await sink().check(position, delivered)).toEqual([]);
    writeFileSync(join(batch.elsewhere, linkages), 'x');
    expect(await sink().check(position, delivered)).toEqual([`${linkages} was changed after it was written.`]);
  });

  test('writes files again that are gone or shorter, and not its results', async () => {
    await using batch = await deliveredBatch(2);
    await batch.commit(2);
    await settle(batch, ['s-1']);
    const path = join(batch.elsewhere, 'out.jsonl');
    const linkages = join(batch.elsewhere, 'out.linkages.jsonl');
    await deliver(batch, sinkAt(batch, path));
    const whole = readFileSync(linkages, 'utf8');
    rmSync(linkages);
    await deliver(batch, sinkAt(batch, path));
    expect(readFileSync(linkages, 'utf8')).toBe(whole);
    writeFileSync(linkages, whole.slice(3));
    await deliver(batch, sinkAt(batch, path));
    expect(readFileSync(linkages, 'utf8')).toBe(whole);
    const notes = (await batch.checkpoint.history({ afterSeq: 0, limit: 100 })).filter(
      ({ event }) => event === 'sink_lost',
    );
    expect(notes.map(({ reason }) => reason)).toEqual(
      Array(2).fill('out does not hold the storylines; they are delivered again'),
    );
  });

  test('leaves a file alone that is not its own, and goes on when that is moved away', async () => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    await settle(batch, ['s-1']);
    const path = join(batch.elsewhere, 'out.jsonl');
    const storylines = join(batch.elsewhere, 'out.storylines.jsonl');
    writeFileSync(storylines, "somebody else's\n");
    const clock = new FakeClock();
    const delivery = new Delivery({
      checkpoint: batch.checkpoint,
      sink: sinkAt(batch, path),
      clock,
      run: batch.run,
    });
    const drained = delivery.drain(PATIENT);
    await expect.poll(() => clock.sleeping).toBe(1);
    expect(readFileSync(storylines, 'utf8')).toBe("somebody else's\n");
    expect((await batch.sinkState('out'))?.error).toContain('out.storylines.jsonl exists and holds something else');
    rmSync(storylines);
    await clock.advance(60_000);
    expect(await drained).toBe('delivered');
    await delivery.close();
    expect(await read(storylines)).toEqual(linesOf(['s-1']).storylines);
  });

  test('takes storylines of a batch that an older version began to deliver', async () => {
    await using batch = await deliveredBatch(1);
    await batch.commit(1);
    const path = join(batch.elsewhere, 'out.jsonl');
    await deliver(batch, sinkAt(batch, path));
    const state = (await batch.sinkState('out'))!;
    const { storylines: _, ...position } = state.position;
    await batch.checkpoint.saveSink(batch.run, { ...state, position, settlement: null });
    await settle(batch, ['s-1']);
    await deliver(batch, sinkAt(batch, path));
    expect(await read(join(batch.elsewhere, 'out.storylines.jsonl'))).toEqual(linesOf(['s-1']).storylines);
  });

  test('is refused where another sink writes what would lie beside it', async () => {
    await using batch = await deliveredBatch(1);
    mkdirSync(join(batch.elsewhere, 'sinks'));
    const at = (name: string, file: string) => ({
      name,
      kind: 'jsonl',
      options: { path: join(batch.elsewhere, 'sinks', file) },
    });
    const both = [at('a', 'out.jsonl'), at('b', 'out.linkages.jsonl')];
    expect(() => createSinks(both, batch.folder)).toThrow('out.linkages.jsonl');
  });
});
