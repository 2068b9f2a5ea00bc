import { parseCardinal } from '../amounts/number-words.ts';
import {
  type DayNumber,
  dayOf,
  formatDay,
  formatMonth,
  formatWeek,
  formatYear,
  monthOf,
  weekdayOf,
} from './calendar.ts';
import { anyOf, type Groups, type TemporalRule, wholeWords } from './temporal-rule.ts';
import {
  FULL_WEEKDAY,
  GAP,
  HAS_DAY_PART,
  HAS_DEICTIC,
  HAS_LONG_UNIT,
  HAS_MONTH,
  HAS_SHORT_UNIT,
  HAS_WEEKDAY,
  MONTH,
  monthNumber,
  weekdayNumber,
} from './temporal-words.ts';

const COUNT = `(?:\\d{1,4}(?:\\.\\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|several|few|a${GAP}few|a${GAP}couple${GAP}of|dozens${GAP}of|many)`;
const LONG_UNIT = '(?<unit>day|week|month|(?<!\\ba\\s)quarter|year|decade|centur(?:y|ie))s?';
/** "a second" is mostly an ordinal, "a quarter" a share. */
const SHORT_UNIT = '(?<unit>(?<!\\ba\\s)second|minute|hour)s?';
const PERIOD = '(?<unit>day|week|weekend|month|quarter|year|decade|century|spring|summer|autumn|fall|winter)';

/** ISO 8601 duration designators; a decade is ten years. */
const DURATIONS: Readonly<Record<string, { readonly mark: string; readonly factor: number }>> = {
  second: { mark: 'S', factor: 1 },
  minute: { mark: 'M', factor: 1 },
  hour: { mark: 'H', factor: 1 },
  day: { mark: 'D', factor: 1 },
  week: { mark: 'W', factor: 1 },
  month: { mark: 'M', factor: 1 },
  quarter: { mark: 'M', factor: 3 },
  year: { mark: 'Y', factor: 1 },
  decade: { mark: 'Y', factor: 10 },
  century: { mark: 'Y', factor: 100 },
  centurie: { mark: 'Y', factor: 100 },
};

function countOf(groups: Groups): number | undefined {
  return parseCardinal(groups.count!.replace(/^a\s+(?=few)|^a\s+(?=couple)|\s+of$/gi, ''));
}

function duration(groups: Groups, timePart: '' | 'T'): string | undefined {
  const count = countOf(groups);
  const { mark, factor } = DURATIONS[groups.unit!.toLowerCase()]!;
  return count === undefined ? undefined : `P${timePart}${count * factor}${mark}`;
}

/** A day, week, month ... some steps away from today, as exact as the unit. */
function shifted(today: DayNumber | undefined, unit: string, steps: number): string | undefined {
  if (today === undefined || !Number.isInteger(steps)) return undefined;
  const { year, month } = monthOf(today);
  switch (unit.toLowerCase()) {
    case 'day':
      return formatDay(today + steps);
    case 'week':
      return formatWeek(today + 7 * steps);
    case 'weekend':
      return formatDay(today - weekdayOf(today) + 5 + 7 * steps);
    case 'month':
      return formatMonth(year, month + steps);
    case 'quarter': {
      const months = formatMonth(year, month + 3 * steps);
      return months && `${months.slice(0, 4)}-Q${Math.ceil(Number(months.slice(5)) / 3)}`;
    }
    case 'year':
      return formatYear(year + steps);
    case 'decade':
      return formatYear(year + 10 * steps)?.replace(/.$/, 'X');
    default:
      return undefined;
  }
}

const DIRECTIONS: Readonly<Record<string, number>> = { last: -1, past: -1, previous: -1, this: 0, next: 1, coming: 1 };
const directionOf = (groups: Groups): number => DIRECTIONS[groups.direction?.toLowerCase() ?? ''] ?? 0;

/** A bare weekday in a report is the latest one, today included; "next Friday" is the first after today. */
function weekday(groups: Groups, today: DayNumber | undefined): string | undefined {
  if (today === undefined) return undefined;
  const back = (weekdayOf(today) - weekdayNumber(groups.weekday!) + 7) % 7;
  const direction = groups.direction?.toLowerCase();
  if (direction === undefined) return formatDay(today - back);
  if (direction === 'last' || direction === 'past') return formatDay(today - (back === 0 ? 7 : back));
  return formatDay(today - back + (direction === 'this' && back === 0 ? 0 : 7));
}

/** A bare month is the nearest one; "last May" and "next May" are the nearest before and after this month. */
function bareMonth(groups: Groups, today: DayNumber | undefined): string | undefined {
  const number = monthNumber(groups.month!);
  if (today === undefined) return `XXXX-${String(number).padStart(2, '0')}`;
  const { year, month } = monthOf(today);
  const ahead = number - month;
  switch (groups.direction?.toLowerCase()) {
    case 'this':
      return formatMonth(year, number);
    case 'next':
      return formatMonth(ahead > 0 ? year : year + 1, number);
    case 'last':
      return formatMonth(ahead < 0 ? year : year - 1, number);
    default:
      return formatMonth(year + (ahead >= 6 ? -1 : ahead < -6 ? 1 : 0), number);
  }
}

const DEICTIC: Readonly<Record<string, number>> = { today: 0, yesterday: -1, tomorrow: 1 };

function deictic(groups: Groups, today: DayNumber | undefined): string | undefined {
  if (today === undefined) return undefined;
  const around = groups.around?.toLowerCase();
  return formatDay(
    today + DEICTIC[groups.word!.toLowerCase()]! + (around === 'before' ? -1 : around === 'after' ? 1 : 0),
  );
}

/** A date without a year, resolved to the nearest one that is not far ahead of the document. */
export function resolveYear(value: string, today: DayNumber | undefined): string {
  const match = /^XXXX-(\d{2})-(\d{2})$/.exec(value);
  if (match === null || today === undefined) return value;
  const candidates = [-1, 0, 1].flatMap(
    (step) => dayOf(monthOf(today).year + step, Number(match[1]), Number(match[2])) ?? [],
  );
  const nearest = candidates.sort((a, b) => Math.abs(a - today) - Math.abs(b - today))[0];
  return (nearest !== undefined && formatDay(nearest)) || value;
}

const HAS_PERIOD = anyOf('last', 'past', 'previous', 'this', 'next', 'coming');
const HAS_AGO = anyOf('ago');
const PARTS = 'morning|afternoon|evening|night';

const MOMENTS: Readonly<Record<string, string>> = { midnight: 'T00:00', noon: 'T12:00', midday: 'T12:00' };

/** Parts of days have no clock time: their value is the day, or the moment if they are one. */
function partOfDay(groups: Groups, today: DayNumber | undefined): string | undefined {
  const moment = groups.moment?.toLowerCase();
  if (moment !== undefined && moment !== 'tonight') return MOMENTS[moment];
  if (groups.weekday !== undefined) return weekday(groups, today);
  if (today === undefined) return undefined;
  switch (groups.word?.toLowerCase()) {
    case 'last':
    case 'yesterday':
      return formatDay(today - 1);
    case 'tomorrow':
      return formatDay(today + 1);
    case 'early':
    case 'late':
      return undefined;
    default:
      return formatDay(today);
  }
}

/** Dates relative to the document's date, durations, and parts of days. */
export const RELATIVE_RULES: readonly TemporalRule[] = [
  {
    type: 'DATE',
    trigger: HAS_DEICTIC,
    pattern: wholeWords(`(?:the${GAP}day${GAP}(?<around>before|after)${GAP})?(?<word>today|yesterday|tomorrow)`),
    normalize: deictic,
    confidence: 0.97,
  },
  {
    type: 'DATE',
    trigger: HAS_WEEKDAY,
    pattern: wholeWords(`(?:(?<direction>last|past|this|next|coming)${GAP})?(?<weekday>${FULL_WEEKDAY})s?`),
    normalize: weekday,
    confidence: 0.95,
  },
  {
    type: 'DATE',
    trigger: HAS_PERIOD,
    pattern: wholeWords(
      `(?:(?:earlier|later|early|late)${GAP})?(?:the${GAP})?(?<direction>last|past|previous|this|next|coming)${GAP}${PERIOD}`,
    ),
    normalize: (g, today) => shifted(today, g.unit!, directionOf(g)),
    confidence: 0.93,
  },
  {
    type: 'DATE',
    trigger: HAS_AGO,
    pattern: wholeWords(
      `(?:(?:about|some|over|almost|nearly|more${GAP}than)${GAP})?(?<count>${COUNT})${GAP}${LONG_UNIT}${GAP}ago`,
    ),
    normalize: (g, today) => shifted(today, g.unit!.replace('centurie', 'century'), -(countOf(g) ?? Number.NaN)),
    confidence: 0.95,
  },
  {
    type: 'DATE',
    trigger: HAS_LONG_UNIT,
    pattern: wholeWords(
      `(?:(?:the${GAP})?(?:last|past|next|previous|first|final|coming)${GAP})?(?<count>${COUNT})(?:${GAP}|-)(?:more${GAP})?${LONG_UNIT}(?:${GAP}(?:later|earlier|before|after))?`,
    ),
    normalize: (g) => duration(g, ''),
    confidence: 0.85,
  },
  {
    type: 'DATE',
    trigger: HAS_MONTH,
    pattern:
      /(?<![\p{L}\p{N}])(?:(?:(?<direction>last|next|this)|in|by|since|until|during|early|late|mid|of|from|and|to)[ -])(?<month>January|February|March|April|May|June|July|August|September|October|November|December)(?![\p{L}\p{N}]|[ ]\d)/gu,
    normalize: bareMonth,
    confidence: 0.9,
  },
  {
    type: 'DATE',
    trigger: HAS_MONTH,
    pattern:
      /(?<![\p{L}\p{N}])(?<month>January|February|April|June|July|August|September|October|November|December)(?![\p{L}\p{N}])(?![ ]\d)/gu,
    normalize: bareMonth,
    confidence: 0.8,
  },
  {
    type: 'TIME',
    trigger: HAS_SHORT_UNIT,
    pattern: wholeWords(
      `(?:(?:about|some|over|almost|nearly|more${GAP}than)${GAP})?(?<count>${COUNT})(?:${GAP}|-)${SHORT_UNIT}(?:${GAP}(?:ago|later|earlier))?`,
    ),
    normalize: (g) => duration(g, 'T'),
    confidence: 0.85,
  },
  {
    type: 'TIME',
    trigger: HAS_DAY_PART,
    pattern: wholeWords(
      `(?:(?<weekday>${FULL_WEEKDAY})|(?<word>this|last|yesterday|tomorrow|early|late))${GAP}(?<part>${PARTS})|(?<moment>tonight|overnight|midnight|noon|midday)`,
    ),
    normalize: partOfDay,
    confidence: 0.88,
  },
];

/** Months that are also words are dates only after these; the pattern's lead word is no part of the date. */
export const LEAD_WORDS = new RegExp(`^(?:in|by|since|until|during|of|from|and|to)[ -](?=${MONTH})`, 'u');
