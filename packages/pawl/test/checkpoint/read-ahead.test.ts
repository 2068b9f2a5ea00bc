import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAhead } from '../../src/checkpoint/read-ahead.ts';

/** Gives numbers from 1 on, notes what is asked for, and fails at `failsAt`. */
function numbers(failsAt = Number.POSITIVE_INFINITY) {
  const asked: number[] = [];
  let isEnded = false;
  async function* all() {
    try {
      for (let next = 1; next <= 5; next++) {
        asked.push(next);
        if (next === failsAt) throw new Error(`no ${next}`);
        yield next;
      }
    } finally {
      isEnded = true;
    }
  }
  return { all, asked, isEnded: () => isEnded };
}

test('reading ahead gives the same items, and has asked for the next one while one is used', async () => {
  const { all, asked } = numbers();
  const seen: number[] = [];
  for await (const item of readAhead(all())) {
    seen.push(item);
    await turn();
    expect(asked).toEqual(Array.from({ length: Math.min(5, item + 1) }, (_, i) => i + 1));
  }
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('an item that cannot be read is an error when its turn comes, however long the one before it is used', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const seen: number[] = [];
  const reading = async () => {
    for await (const item of readAhead(numbers(3).all())) {
      seen.push(item);
      for (let i = 0; i < 5; i++) await turn(); // node says what is unhandled at the end of a turn
    }
  };
  await expect(reading()).rejects.toThrow('no 3');
  process.off('unhandledRejection', note);
  expect(seen).toEqual([1, 2]);
  expect(unhandled).toEqual([]);
});

test('who stops early stops the reading, too', async () => {
  const { all, isEnded } = numbers();
  for await (const item of readAhead(all())) if (item === 2) break;
  expect(isEnded()).toBe(true);
});
