import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addInterval,
  between,
  continued,
  type Interval,
  intervalsOf,
  meanMs,
  perMinute,
  type Sample,
} from '../../src/plots/interval.ts';

const work = fc.record({ completed: fc.nat(1000), totalMs: fc.nat(100_000) });
const counters = fc.record({
  processed: fc.nat(1000),
  failed: fc.nat(100),
  stages: fc.record({ entities: work, events: work }),
});
const documents = fc.array(
  fc.record({ atMs: fc.integer({ min: 1e12, max: 1e12 + 1e8 }), timings: fc.record({ entities: fc.nat(1000) }) }),
  { maxLength: 60 },
);
const total = (intervals: readonly Interval[], of: (interval: Interval) => number) =>
  intervals.reduce((sum, interval) => sum + of(interval), 0);

describe('what was done over time', () => {
  test('adds up to what the batch did, however often intervals are joined', () => {
    fc.assert(
      fc.property(
        fc.array(counters, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 2, max: 9 }),
        (steps, limit) => {
          let sample: Sample = { atMs: 0, processed: 0, failed: 0, stages: {} };
          let intervals: readonly Interval[] = [];
          for (const step of steps) {
            const next = after(sample, step);
            intervals = addInterval(intervals, between(sample, next), limit);
            sample = next;
          }
          expect(intervals.length).toBeLessThanOrEqual(limit);
          expect(total(intervals, ({ processed }) => processed)).toBe(sample.processed);
          expect(total(intervals, ({ failed }) => failed)).toBe(sample.failed);
          expect(intervals[0]?.fromMs).toBe(0);
          expect(intervals.at(-1)?.toMs).toBe(sample.atMs);
          for (const [i, { toMs }] of intervals.slice(0, -1).entries()) expect(intervals[i + 1]?.fromMs).toBe(toMs);
        },
      ),
    );
  });

  test('has every document once, in gapless intervals of one length', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 20 }), (done, count) => {
        const intervals = intervalsOf(done, count);
        expect(intervals.length).toBeLessThanOrEqual(count);
        expect(total(intervals, ({ processed }) => processed)).toBe(done.length);
        expect(total(intervals, ({ stages }) => stages.entities?.totalMs ?? 0)).toBe(
          done.reduce((sum, { timings }) => sum + timings.entities, 0),
        );
      }),
    );
  });

  test('has no gap between what was before the page was opened and what is since, unless that was long ago', () => {
    const at = (fromMs: number, toMs: number): Interval => ({ fromMs, toMs, processed: 1, failed: 0, stages: {} });
    expect(
      continued([at(0, 10)], [at(15, 20)]).map(({ fromMs, toMs, processed }) => [fromMs, toMs, processed]),
    ).toEqual([
      [0, 10, 1],
      [10, 15, 0],
      [15, 20, 1],
    ]);
    expect(continued([at(0, 10)], [at(8, 20)])).toEqual([at(0, 10), at(8, 20)]);
    expect(continued([at(0, 10)], [at(1000, 1010)])).toEqual([at(1000, 1010)]);
    expect(continued([at(0, 10)], [])).toEqual([at(0, 10)]);
  });

  test('counts nothing where a counter went back, as with a retry or a new run', () => {
    const before = { atMs: 0, processed: 5, failed: 3, stages: { events: { completed: 9, totalMs: 90 } } };
    const now = { atMs: 1000, processed: 6, failed: 0, stages: { events: { completed: 1, totalMs: 40 } } };
    expect(between(before, now)).toEqual({
      fromMs: 0,
      toMs: 1000,
      processed: 1,
      failed: 0,
      stages: { events: { completed: 0, totalMs: 0 } },
    });
  });

  test('speaks of documents a minute and milliseconds a document', () => {
    expect(perMinute(10, { fromMs: 0, toMs: 30_000, processed: 10, failed: 0, stages: {} })).toBe(20);
    expect(meanMs({ completed: 4, totalMs: 10 })).toBe(2.5);
    expect(meanMs({ completed: 0, totalMs: 0 })).toBeNull();
    expect(meanMs(undefined)).toBeNull();
  });
});

function after(sample: Sample, step: Omit<Sample, 'atMs'>): Sample {
  const stages = Object.entries(step.stages).map(([name, { completed, totalMs }]) => {
    const before = sample.stages[name] ?? { completed: 0, totalMs: 0 };
    return [name, { completed: before.completed + completed, totalMs: before.totalMs + totalMs }];
  });
  return {
    atMs: sample.atMs + 1000,
    processed: sample.processed + step.processed,
    failed: sample.failed + step.failed,
    stages: Object.fromEntries(stages),
  };
}
