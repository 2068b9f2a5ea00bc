import { expect, test } from 'vitest';
import { dayOf, daySpan } from '../../src/format/day.ts';

test('a date, a time and an interval have the day with which they begin, and other words none', () => {
  expect(dayOf('2020-02-23')).toBe('2020-02-23');
  expect(dayOf('2020-02-23T10:00:00Z')).toBe('2020-02-23');
  expect(dayOf('2020-02-23/2020-02-25')).toBe('2020-02-23');
  for (const text of ['', 'last week', '2020-02', '2020-13-40', '2020-02-234', 'on 2020-02-23']) {
    expect(dayOf(text)).toBeNull();
  }
});

test('a span of days counts both ends, and one day is no span', () => {
  expect(daySpan({ start: '2020-02-23', end: '2020-04-15' })).toBe('2020-02-23 to 2020-04-15, 53 days');
  expect(daySpan({ start: '2019-12-31', end: '2020-01-01' })).toBe('2019-12-31 to 2020-01-01, 2 days');
  expect(daySpan({ start: '2020-02-23', end: '2020-02-23' })).toBe('2020-02-23');
});
