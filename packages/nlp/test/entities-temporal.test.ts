import { describe, expect, test } from 'vitest';
import { keepDisjoint } from '../src/entities/overlap.ts';
import { dayOf, formatDay, formatWeek, weekdayOf } from '../src/entities/temporal/calendar.ts';
import { findTemporal } from '../src/entities/temporal/find-temporal.ts';

/** A Monday. */
const DOCUMENT_DATE = '2019-03-04T08:30:00Z';

function values(text: string, date: string | undefined = DOCUMENT_DATE): string[] {
  return keepDisjoint(findTemporal(text, date)).map((e) => `${e.type} ${e.text} = ${e.normalizedForm ?? '?'}`);
}

describe('dates that stand for themselves', () => {
  test.each([
    ['signed on March 4, 2019 in', 'DATE March 4, 2019 = 2019-03-04'],
    ['signed on Monday, March 4th, 2019 in', 'DATE Monday, March 4th, 2019 = 2019-03-04'],
    ['signed on 4 March 2019 in', 'DATE 4 March 2019 = 2019-03-04'],
    ['the 4th of March 2019 was', 'DATE 4th of March 2019 = 2019-03-04'],
    ['Sept. 11, 2001', 'DATE Sept. 11, 2001 = 2001-09-11'],
    ['updated 2019-03-04.', 'DATE 2019-03-04 = 2019-03-04'],
    ['on 03/04/2019 and', 'DATE 03/04/2019 = 2019-03-04'],
    ['on 25/12/2019 and', 'DATE 25/12/2019 = 2019-12-25'],
    ['am 24.12.2019', 'DATE 24.12.2019 = 2019-12-24'],
    ['in March 2019.', 'DATE March 2019 = 2019-03'],
    ['in the summer of 2018', 'DATE summer of 2018 = 2018-22'],
    ['third quarter of 2018', 'DATE third quarter of 2018 = 2018-Q3'],
    ['since 1999 they', 'DATE 1999 = 1999'],
    ['in the 1990s', 'DATE the 1990s = 199X'],
    ['of the 19th century', 'DATE the 19th century = 18XX'],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  test.each(['February 30, 2019', 'version 1.2.3', '2019-13-45', 'room 2019', 'may be', 'they march on'])(
    '%s holds no date',
    (text) => {
      expect(values(text)).toEqual([]);
    },
  );
});

describe('dates against the date of the document, Monday 4 March 2019', () => {
  test.each([
    ['it came yesterday', 'DATE yesterday = 2019-03-03'],
    ['Saturday night', 'TIME Saturday night = 2019-03-02'],
    ['last night', 'TIME last night = 2019-03-03'],
    ['tomorrow evening', 'TIME tomorrow evening = 2019-03-05'],
    ['at noon', 'TIME noon = T12:00'],
    ['the day after tomorrow', 'DATE the day after tomorrow = 2019-03-06'],
    ['on Friday they', 'DATE Friday = 2019-03-01'],
    ['on Monday they', 'DATE Monday = 2019-03-04'],
    ['next Friday', 'DATE next Friday = 2019-03-08'],
    ['last Monday', 'DATE last Monday = 2019-02-25'],
    ['last week', 'DATE last week = 2019-W09'],
    ['next month', 'DATE next month = 2019-04'],
    ['last year', 'DATE last year = 2018'],
    ['two weeks ago', 'DATE two weeks ago = 2019-W08'],
    ['10 days ago', 'DATE 10 days ago = 2019-02-22'],
    ['on December 22 a', 'DATE December 22 = 2018-12-22'],
    ['in November they', 'DATE November = 2018-11'],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  test('without it relative dates have no value and dates without a year an open one', () => {
    expect(values('yesterday', '')).toEqual(['DATE yesterday = ?']);
    expect(values('March 4', '')).toEqual(['DATE March 4 = XXXX-03-04']);
  });
});

describe('times and durations', () => {
  test.each([
    ['at 8:30 p.m. on', 'TIME 8:30 p.m. = T20:30'],
    ['at 12 a.m. sharp', 'TIME 12 a.m. = T00:00'],
    ['at 20:30 UTC', 'TIME 20:30 UTC = T20:30Z'],
    ['at 6am', 'TIME 6am = T06:00'],
    ["at five o'clock or 8 o'clock", "TIME 8 o'clock = T08:00"],
    ['for 24 hours', 'TIME 24 hours = PT24H'],
    ['for eleven months', 'DATE eleven months = P11M'],
    ['two decades', 'DATE two decades = P20Y'],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  test.each(['score of 3:75', 'Genesis 1:99', 'wait a second'])('%s holds no time', (text) => {
    expect(values(text)).toEqual([]);
  });
});

describe('calendar', () => {
  test('days, weekdays and ISO weeks follow the Gregorian calendar', () => {
    expect(formatDay(dayOf(2020, 2, 29)!)).toBe('2020-02-29');
    expect(dayOf(2019, 2, 29)).toBeUndefined();
    expect(weekdayOf(dayOf(2019, 3, 4)!)).toBe(0);
    expect(formatWeek(dayOf(2018, 12, 31)!)).toBe('2019-W01');
    expect(formatWeek(dayOf(2021, 1, 3)!)).toBe('2020-W53');
  });
});
