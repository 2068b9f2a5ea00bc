import { type Groups, type TemporalRule, wholeWords } from './temporal-rule.ts';
import { HAS_DIGIT } from './temporal-words.ts';

const ZONE = '(?:[ ]?\\(?(?<zone>UTC|GMT|Z|[ECMP][SD]?T|BST|CET|CEST|IST|JST|local time)\\)?)?';
const MERIDIEM = '(?<half>[ap])\\.?m(?:\\.|(?![\\p{L}\\p{N}]))';

const two = (value: number): string => String(value).padStart(2, '0');

function clock(groups: Groups): string | false {
  const minute = Number(groups.minute ?? 0);
  const half = groups.half?.toLowerCase();
  let hour = Number(groups.hour);
  if (minute > 59 || hour > (half === undefined ? 24 : 12)) return false;
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  const zone = /^(?:UTC|GMT|Z)$/i.test(groups.zone ?? '') ? 'Z' : '';
  return `T${two(hour)}:${two(minute)}${groups.second === undefined ? '' : `:${groups.second}`}${zone}`;
}

/** Clock times. */
export const TIME_RULES: readonly TemporalRule[] = [
  {
    type: 'TIME',
    trigger: HAS_DIGIT,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}:./$])(?<hour>\\d{1,2})[:.](?<minute>[0-5]\\d)(?::(?<second>[0-5]\\d))?[ ]?${MERIDIEM}${ZONE}`,
      'giu',
    ),
    normalize: clock,
    confidence: 0.98,
  },
  {
    type: 'TIME',
    trigger: HAS_DIGIT,
    pattern: new RegExp(`(?<![\\p{L}\\p{N}:./$-])(?<hour>\\d{1,2})[ ]?${MERIDIEM}${ZONE}`, 'giu'),
    normalize: clock,
    confidence: 0.96,
  },
  {
    type: 'TIME',
    trigger: HAS_DIGIT,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}:./$-])(?<hour>[01]?\\d|2[0-4]):(?<minute>[0-5]\\d)(?::(?<second>[0-5]\\d))?${ZONE}(?![\\p{L}\\p{N}:]|[.,]\\d)`,
      'giu',
    ),
    normalize: clock,
    confidence: 0.9,
  },
  {
    type: 'TIME',
    trigger: HAS_DIGIT,
    pattern: wholeWords(`(?<hour>\\d{1,2})[ ]o['’]?clock`),
    normalize: clock,
    confidence: 0.95,
  },
];
