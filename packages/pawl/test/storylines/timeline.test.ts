import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOf } from '../../src/storylines/day.ts';
import type { StorylineLane } from '../../src/storylines/storyline-map.ts';
import { timelineOf } from '../../src/storylines/timeline.ts';

function lane(start: string | null, end: string | null = start, days: readonly string[] = []): StorylineLane {
  return {
    storyline_id: `s-${start}-${end}`,
    title: 'A story',
    documents: 2,
    events: 3,
    temporal_span: start === null || end === null ? null : { start, end },
    key_days: days,
    entities: [],
  };
}

const LABEL_CHARACTER = 0.02;
const lanes = fc
  .array(
    fc.record({
      // From the year 1 to 9999, mostly of our time
      first: fc.oneof(fc.integer({ min: 18_000, max: 19_000 }), fc.integer({ min: -719_000, max: 2_930_000 })),
      days: fc.integer({ min: 0, max: 400 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((spans) => spans.map(({ first, days }) => lane(dateOf(first), dateOf(Math.min(first + days, 2_932_000)))));

describe('a timeline', () => {
  test('of nothing, and of storylines without dates, has no rows', () => {
    expect(timelineOf([])).toEqual({ rows: [], undated: [], ticks: [], cuts: [] });
    const undated = [lane(null), lane('2020-01-02', '2020-01-01')];
    expect(timelineOf(undated)).toEqual({ rows: [], undated, ticks: [], cuts: [] });
  });

  test('of one day is that day', () => {
    const { rows, ticks } = timelineOf([lane('2020-02-29', '2020-02-29', ['2020-02-29'])]);
    expect(rows).toMatchObject([{ from: 0, to: 1, keyDays: [0.5] }]);
    expect(ticks).toEqual([{ at: 0, label: '2020-02-29', isBefore: false }]);
  });

  test('has storylines in the order in which they begin, each in its place', () => {
    const { rows, ticks, cuts } = timelineOf([lane('2020-01-06', '2020-01-10'), lane('2020-01-01', '2020-01-05')]);
    expect(rows.map(({ lane, from, to }) => [lane.temporal_span?.start, from, to])).toEqual([
      ['2020-01-01', 0, 0.5],
      ['2020-01-06', 0.5, 1],
    ]);
    expect(ticks.map(({ label }) => label)).toEqual(['2020-01-01', '2020-01-04', '2020-01-07']);
    expect(cuts).toEqual([]);
  });

  test('names months over some of them, and years over many', () => {
    const labels = (start: string, end: string) => timelineOf([lane(start, end)]).ticks.map(({ label }) => label);
    expect(labels('2019-11-20', '2020-06-03')).toEqual(['2019-12', '2020-02', '2020-04', '2020-06']);
    expect(labels('2011-05-01', '2020-06-03')).toEqual([
      '2012',
      '2013',
      '2014',
      '2015',
      '2016',
      '2017',
      '2018',
      '2019',
    ]);
  });

  test('leaves out a long time in which nothing was told, and says how long it was', () => {
    const { rows, cuts, ticks } = timelineOf([
      lane('1970-01-01'),
      lane('2020-01-01', '2020-03-01'),
      lane('2020-05-01'),
    ]);
    expect(cuts).toMatchObject([{ days: 18_261 }]);
    expect(rows[0]!.to).toBeLessThan(0.05);
    expect(rows[1]!.to - rows[1]!.from).toBeGreaterThan(0.4);
    expect(ticks.map(({ label }) => label)).toEqual(['1970-01-01', '2020-02', '2020-03', '2020-04']);
  });

  test('keeps every storyline within it and in order, and no label over another, whatever the dates', () => {
    fc.assert(
      fc.property(lanes, (given) => {
        const { rows, undated, ticks, cuts } = timelineOf(given);
        expect(rows.length + undated.length).toBe(given.length);
        for (const [i, { from, to, lane: at }] of rows.entries()) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(1);
          const before = rows[i - 1];
          if (before !== undefined) {
            expect(before.lane.temporal_span!.start <= at.temporal_span!.start).toBe(true);
            expect(before.from).toBeLessThanOrEqual(from);
          }
          for (const cut of cuts) expect(to <= cut.from + 1e-9 || from >= cut.to - 1e-9).toBe(true);
        }
        let free = 0;
        for (const { at, label, isBefore } of ticks) {
          const width = label.length * LABEL_CHARACTER;
          const [from, to] = isBefore ? [at - width, at] : [at, at + width];
          expect(from).toBeGreaterThanOrEqual(free - 1e-9);
          expect(to).toBeLessThanOrEqual(1.01);
          free = to;
        }
      }),
    );
  });
});
