/** Coarse classes of UTF-16 units. */
export const SPACE = 0;
export const LETTER = 1;
export const DIGIT = 2;
const OTHER = 3;
/** Never parted from the unit before it: combining marks, joiners, variation selectors, low halves of pairs. */
export const JOINING = 4;
/** The high half of a surrogate pair. */
const HIGH = 5;

const TABLE = new Uint8Array(65_536);
const LETTER_PATTERN = /\p{L}/u;
const DIGIT_PATTERN = /\p{N}/u;
const SPACE_PATTERN = /[\s\u0085\u200b\u2060\ufeff]/u;
const JOINING_PATTERN = /[\p{M}\u200c\u200d]/u;

function computeClass(unit: number): number {
  if (unit >= 0xd800 && unit < 0xdc00) return HIGH;
  if (unit >= 0xdc00 && unit < 0xe000) return JOINING;
  const char = String.fromCharCode(unit);
  if (SPACE_PATTERN.test(char)) return SPACE;
  if (JOINING_PATTERN.test(char)) return JOINING;
  if (LETTER_PATTERN.test(char)) return LETTER;
  return DIGIT_PATTERN.test(char) ? DIGIT : OTHER;
}

/** The class of a UTF-16 unit, remembered once computed. */
export function charClass(unit: number): number {
  const known = TABLE[unit]!;
  if (known > 0) return known - 1;
  const computed = computeClass(unit);
  TABLE[unit] = computed + 1;
  return computed;
}
