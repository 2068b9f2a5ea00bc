import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Checkpoint, DocumentRecord } from '../../src/checkpoint/checkpoint.ts';
import { CommitQueue } from '../../src/engine/commit-queue.ts';
import { FakeClock, settle } from './fake-clock.ts';

const textOf = (result: string | Uint8Array) =>
  typeof result === 'string' ? result : new TextDecoder('utf-8', { ignoreBOM: true }).decode(result);

/** A queue before a disk that takes each group at once, and the sizes of the groups it was given. */
function setup() {
  const clock = new FakeClock();
  const groups: number[] = [];
  const errors: unknown[] = [];
  let saved = 0;
  const disk = {
    fails: false,
    ready: Promise.resolve(),
    texts: [] as string[],
    async commit(_: number, records: readonly DocumentRecord[]) {
      await disk.ready;
      if (disk.fails) throw new Error('the disk is full');
      groups.push(records.length);
      for (const record of records) if (record.kind === 'processed') disk.texts.push(textOf(record.result));
      return { processed: records.length, failed: 0 };
    },
  };
  const queue = new CommitQueue({
    checkpoint: disk as unknown as Checkpoint,
    run: 1,
    clock,
    author: () => ({ atMs: clock.now(), by: 'test' }),
    onCommitted: ({ processed }) => {
      saved += processed;
    },
    onError: (error) => errors.push(error),
  });
  const push = (seq: number) => queue.push({ kind: 'processed', seq, result: '{}', timings: {} });
  return { clock, disk, groups, errors, queue, push, saved: () => saved };
}

test('a lone outcome is committed at once', async () => {
  const { groups, push } = setup();
  await push(1);
  await settle();
  expect(groups).toEqual([1]);
});

test('outcomes that follow closely share a commit, which begins 20 ms after the last one began', async () => {
  const { clock, groups, push } = setup();
  await push(1);
  await settle();
  await push(2);
  await clock.advance(10);
  await push(3);
  await clock.advance(9);
  expect(groups).toEqual([1]);
  await clock.advance(1);
  expect(groups).toEqual([1, 2]);
});

test('a flush waits for no time to pass', async () => {
  const { groups, push, queue } = setup();
  await push(1);
  await settle();
  await push(2);
  await push(3);
  await queue.flush();
  expect(groups).toEqual([1, 2]);
});

test('a full group is committed at once', async () => {
  const { groups, push } = setup();
  await push(0);
  await settle();
  for (let seq = 1; seq < 512; seq++) await push(seq);
  expect(groups).toEqual([1]);
  await push(512);
  await settle();
  expect(groups).toEqual([1, 512]);
});

test('lanes go on while the disk is slow, until two groups are full', async () => {
  const { disk, groups, push, queue } = setup();
  const slow = Promise.withResolvers<void>();
  disk.ready = slow.promise;
  await push(0);
  await settle();
  for (let seq = 1; seq < 1024; seq++) await push(seq);
  let hasRoom = false;
  const waits = push(1024).then(() => {
    hasRoom = true;
  });
  await settle();
  expect({ groups, hasRoom }).toEqual({ groups: [], hasRoom: false });
  slow.resolve();
  await waits;
  await queue.flush();
  expect(groups).toEqual([1, 512, 512]);
});

test('results are saved as they were, whatever is in them and whichever share a buffer', async () => {
  const texts = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'é'.repeat(40_000), '😀'.repeat(9_000))),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      const { disk, queue } = setup();
      for (const [seq, result] of given.entries()) await queue.push({ kind: 'processed', seq, result, timings: {} });
      await queue.flush();
      expect(disk.texts).toEqual(given.map((text) => text.toWellFormed()));
    }),
    { numRuns: 50 },
  );
});

test('G1 nothing counts when the commit failed, and nothing is committed after it', async () => {
  const { disk, errors, groups, push, queue, saved } = setup();
  await push(1);
  await settle();
  disk.fails = true;
  await push(2);
  await queue.flush();
  disk.fails = false;
  await push(3);
  await queue.flush();
  expect({ saved: saved(), groups, errors: errors.length }).toEqual({ saved: 1, groups: [1], errors: 1 });
});
