import { anyOf, type Trigger } from './temporal-rule.ts';

const MONTH_NAMES = `january february march april may june july august september october november december`.split(' ');
const WEEKDAY_NAMES = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

/** Months in full or cut, with or without a full stop; `may` and `march` have no other form. */
export const MONTH =
  '(?:Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?|July?|Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?)';
export const WEEKDAY =
  '(?:Mon(?:day|\\.)?|Tue(?:s|sday|\\.)?|Wed(?:nesday|\\.)?|Thu(?:rs|rsday|\\.)?|Fri(?:day|\\.)?|Sat(?:urday|\\.)?|Sun(?:day|\\.)?)';
export const FULL_WEEKDAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
export const DAY_OF_MONTH = '(?:3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?';
export const YEAR = '(?:1[0-9]|20)\\d{2}';
export const GAP = '[ \\t\\u00a0\\n]{1,2}';

const beginnings = (words: readonly string[]): string[] => words.map((word) => word.slice(0, 3));

export const HAS_DIGIT: Trigger = /\d/;
export const HAS_MONTH = anyOf(...beginnings(MONTH_NAMES));
export const HAS_WEEKDAY = anyOf(...beginnings(WEEKDAY_NAMES));
export const HAS_LONG_UNIT = anyOf('day', 'week', 'month', 'quarter', 'year', 'decade', 'centur');
export const HAS_SHORT_UNIT = anyOf('second', 'minute', 'hour');
export const HAS_SEASON = anyOf('spring', 'summer', 'autumn', 'fall', 'winter');
export const HAS_DEICTIC = anyOf('today', 'yesterday', 'tomorrow');
export const HAS_DAY_PART = anyOf(
  'morning',
  'afternoon',
  'evening',
  'night',
  'tonight',
  'overnight',
  'midnight',
  'noon',
  'midday',
);

/** Number of a month from 1, by its first three letters; 0 when there is none. */
export function monthNumber(name: string): number {
  const start = name.slice(0, 3).toLowerCase();
  return MONTH_NAMES.findIndex((month) => month.startsWith(start)) + 1;
}

/** Number of a weekday from 0, Monday, by its first three letters. */
export function weekdayNumber(name: string): number {
  const start = name.slice(0, 3).toLowerCase();
  return WEEKDAY_NAMES.findIndex((weekday) => weekday.startsWith(start));
}
