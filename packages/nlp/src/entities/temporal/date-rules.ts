import { dayOf, formatDay, formatMonth, formatYear } from './calendar.ts';
import { anyOf, type Groups, type TemporalRule, wholeWords } from './temporal-rule.ts';
import {
  DAY_OF_MONTH,
  GAP,
  HAS_DIGIT,
  HAS_LONG_UNIT,
  HAS_MONTH,
  HAS_SEASON,
  MONTH,
  monthNumber,
  WEEKDAY,
  YEAR,
} from './temporal-words.ts';

const WEEKDAY_PREFIX = `(?:${WEEKDAY},?${GAP}(?:the${GAP})?)?`;
const PART = '(?:(?<part>early|mid|late|beginning|end|start|middle)(?:-|[ ]of[ ]|[ ]in[ ]|[ ]))?';
const ORDINALS =
  `first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
  fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first`.split(/\s+/);

const HAS_QUARTER = anyOf('quarter', 'q1', 'q2', 'q3', 'q4');

const two = (value: number): string => String(value).padStart(2, '0');

/** Years of two digits fall into 1950 to 2049. */
function fullYear(digits: string): number {
  const year = Number(digits);
  return digits.length > 2 ? year : year + (year < 50 ? 2000 : 1900);
}

function dayValue(year: number, month: number, day: number): string | false {
  const number = dayOf(year, month, day);
  return (number !== undefined && formatDay(number)) || false;
}

function monthDay(groups: Groups): string | false {
  const month = monthNumber(groups.month!);
  const day = Number.parseInt(groups.day!, 10);
  if (groups.year !== undefined) return dayValue(Number(groups.year), month, day);
  return dayOf(2000, month, day) === undefined ? false : `XXXX-${two(month)}-${two(day)}`;
}

/** Month first unless that is impossible, as Americans write. */
function slashed(groups: Groups): string | false {
  const first = Number(groups.first);
  const second = Number(groups.second);
  const year = fullYear(groups.year!);
  return first > 12 ? dayValue(year, second, first) : dayValue(year, first, second);
}

function century(groups: Groups): string | false {
  const ordinal = groups.ordinal!.toLowerCase();
  const number = Number.parseInt(ordinal, 10) || ORDINALS.indexOf(ordinal.replace(/\s/g, '-')) + 1;
  return number >= 1 && number <= 99 ? `${two(number - 1)}XX` : false;
}

function decade(groups: Groups): string {
  const digits = groups.decade!;
  return `${digits.length === 2 ? `19${digits[0]}` : digits.slice(0, 3)}X`;
}

function quarter(groups: Groups): string | undefined {
  const written = groups.quarter!.toLowerCase();
  const number = Number.parseInt(written, 10) || ORDINALS.indexOf(written) + 1;
  return groups.year === undefined ? undefined : `${groups.year}-Q${number}`;
}

/** Dates that say what they are without help of the document's date. */
export const DATE_RULES: readonly TemporalRule[] = [
  {
    type: 'DATE',
    trigger: HAS_DIGIT,
    pattern: /(?<![\p{L}\p{N}.-])(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?![\p{N}-]|\.\d)/gu,
    normalize: (g) => dayValue(Number(g.year), Number(g.month), Number(g.day)),
    confidence: 0.99,
  },
  {
    type: 'DATE',
    trigger: HAS_DIGIT,
    pattern:
      /(?<![\p{L}\p{N}./-])(?<first>\d{1,2})(?<mark>[/.-])(?<second>\d{1,2})\k<mark>(?<year>\d{4}|\d{2})(?![\p{L}\p{N}/-]|\.\d)/gu,
    normalize: (g) => (g.mark === '.' ? dayValue(fullYear(g.year!), Number(g.second), Number(g.first)) : slashed(g)),
    confidence: 0.9,
  },
  {
    type: 'DATE',
    trigger: HAS_MONTH,
    pattern: wholeWords(
      `${WEEKDAY_PREFIX}(?<month>${MONTH})${GAP}(?<day>${DAY_OF_MONTH})(?:,?${GAP}(?<year>${YEAR}))?`,
    ),
    normalize: monthDay,
    confidence: 0.97,
  },
  {
    type: 'DATE',
    trigger: HAS_MONTH,
    pattern: wholeWords(
      `${WEEKDAY_PREFIX}(?<day>${DAY_OF_MONTH})${GAP}(?:of${GAP})?(?<month>${MONTH})(?:,?${GAP}(?<year>${YEAR}))?`,
    ),
    normalize: monthDay,
    confidence: 0.97,
  },
  {
    type: 'DATE',
    trigger: HAS_MONTH,
    pattern: wholeWords(`${PART}(?<month>${MONTH})(?:,?${GAP}|${GAP}of${GAP})(?<year>${YEAR})`),
    normalize: (g) => formatMonth(Number(g.year), monthNumber(g.month!)),
    confidence: 0.97,
  },
  {
    type: 'DATE',
    trigger: HAS_SEASON,
    pattern: wholeWords(`${PART}(?<season>spring|summer|autumn|fall|winter)(?:${GAP}|${GAP}of${GAP})(?<year>${YEAR})`),
    normalize: (g) =>
      `${g.year}-${{ spring: 21, summer: 22, autumn: 23, fall: 23, winter: 24 }[g.season!.toLowerCase()]}`,
    confidence: 0.95,
  },
  {
    type: 'DATE',
    trigger: HAS_QUARTER,
    pattern: wholeWords(
      `(?:the${GAP})?(?:Q(?<quarter>[1-4])|(?<quarter>first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter)(?:(?:,?${GAP}|${GAP}of${GAP})(?<year>${YEAR}))?`,
    ),
    normalize: quarter,
    confidence: 0.9,
  },
  {
    type: 'DATE',
    trigger: HAS_DIGIT,
    pattern:
      /(?<![\p{L}\p{N}])(?:the )?(?:(?:early|mid|late)[- ])?(?<decade>(?:1[5-9]|20)\d0|['’]\d0)['’]?s(?![\p{L}\p{N}])/giu,
    normalize: (g) => decade({ decade: g.decade!.replace(/\D/g, '') }),
    confidence: 0.93,
  },
  {
    type: 'DATE',
    trigger: HAS_LONG_UNIT,
    pattern: wholeWords(
      `(?:the${GAP})?(?:(?:early|mid|late)[- ])?(?<ordinal>\\d{1,2}(?:st|nd|rd|th)|${ORDINALS.join('|')})[ -]century`,
    ),
    normalize: century,
    confidence: 0.93,
  },
  {
    type: 'DATE',
    trigger: HAS_DIGIT,
    pattern:
      /(?<=(?<![\p{L}\p{N}])(?:in|since|until|till|by|from|of|during|before|after|to|through|early|late|mid|circa|year|between|around|and|\()[ \u00a0]?)(?<year>(?:1[5-9]|20)\d{2})(?![\p{L}\p{N}%]|[.,:]\d|[ ][a-z]{3,}s\b|[ ](?:local|GMT|UTC|hours))/giu,
    normalize: (g) => formatYear(Number(g.year)),
    confidence: 0.85,
  },
];
