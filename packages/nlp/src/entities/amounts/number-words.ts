const SMALL = new Map(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen`
    .split(/\s+/)
    .map((word, value) => [word, value]),
);
const TENS = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 20 + 10 * i]),
);
const SCALES = new Map([
  ['hundred', 100],
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
  ['trillion', 1e12],
]);
const LOOSE = new Map([
  ['a', 1],
  ['an', 1],
  ['dozen', 12],
  ['couple', 2],
  ['several', 0],
  ['few', 0],
]);

const WORDS = [...SMALL.keys(), ...TENS.keys(), ...SCALES.keys()].join('|');

/** Source of a pattern for a cardinal in words, up to eight of them: `two hundred and fifty thousand`. */
export const NUMBER_WORDS = `(?:(?:a|${WORDS})(?:(?:-|\\s{1,2}and\\s{1,2}|\\s{1,2})(?:${WORDS})){0,7})`;

/** Source of a pattern for a cardinal in digits with optional grouping and fraction. */
export const NUMBER_DIGITS = '(?:\\d{1,3}(?:,\\d{3}){1,4}|\\d{1,15})(?:\\.\\d{1,6})?';

/**
 * The value of a cardinal in digits or words.
 * @returns undefined when the words are no definite number (`several`).
 */
export function parseCardinal(text: string): number | undefined {
  const lower = text.toLowerCase();
  if (/^\d/.test(lower)) return Number(lower.replaceAll(',', ''));
  let total = 0;
  let group = 0;
  for (const word of lower.split(/[\s-]+/)) {
    const scale = SCALES.get(word);
    const unit = SMALL.get(word) ?? TENS.get(word) ?? LOOSE.get(word);
    if (scale === 100) group = Math.max(group, 1) * 100;
    else if (scale !== undefined) {
      total += Math.max(group, 1) * scale;
      group = 0;
    } else if (unit !== undefined) group += unit;
    else if (word !== 'and') return undefined;
  }
  return total + group === 0 && lower !== 'zero' ? undefined : total + group;
}
