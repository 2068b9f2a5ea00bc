import { expect, test } from 'vitest';
import type { Checkpoint, SettledDocument } from '../../src/checkpoint/checkpoint.ts';
import { CommitQueue } from '../../src/engine/commit-queue.ts';
import { FakeClock, settle } from './fake-clock.ts';

/** A queue before a disk that takes each group at once, and the sizes of the groups it was given. */
function setup() {
  const clock = new FakeClock();
  const groups: number[] = [];
  const errors: unknown[] = [];
  let saved = 0;
  const disk = {
    fails: false,
    async commit(_: number, settled: readonly SettledDocument[]) {
      if (disk.fails) throw new Error('the disk is full');
      groups.push(settled.length);
      return { processed: settled.length, failed: 0 };
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

test('a full group is committed at once, and lanes wait while there is one', async () => {
  const { groups, push } = setup();
  await push(0);
  await settle();
  for (let seq = 1; seq < 256; seq++) await push(seq);
  expect(groups).toEqual([1]);
  await push(256);
  await settle();
  expect(groups).toEqual([1, 256]);
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
