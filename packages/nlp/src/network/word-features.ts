import { hashUnits } from './hash.ts';

/** Longer words (URLs, encoded data) are described by their first and last units only: cost stays bounded per token. */
const MAX_DESCRIBED_UNITS = 48;
const MAX_PREFIX = 4;
const MAX_SUFFIX = 5;

/** Seeds that keep kinds of features apart; affixes use their length added. */
const KIND = { word: 1, form: 2, shape: 3, prefix: 10, suffix: 20 } as const;

/** Lower case with digits as 0: what counts as the same word. */
function normalizeForm(form: string): string {
  const lower = form.toLowerCase();
  return /[0-9]/.test(lower) ? lower.replaceAll(/[0-9]/g, '0') : lower;
}

function classOf(code: number): string {
  if (code >= 97 && code <= 122) return 'x';
  if (code >= 65 && code <= 90) return 'X';
  if (code >= 48 && code <= 57) return 'd';
  if (code < 128) return String.fromCharCode(code);
  const char = String.fromCharCode(code);
  if (char.toLowerCase() !== char) return 'X';
  return char.toUpperCase() === char ? '?' : 'x';
}

/** Character classes with runs longer than three cut: `Obama` is `Xxxx`, `U.S.` is `X.X.`. */
function shapeOf(form: string): string {
  let shape = '';
  let run = 0;
  let previous = '';
  for (let i = 0; i < form.length && i < MAX_DESCRIBED_UNITS; i++) {
    const next = classOf(form.charCodeAt(i));
    run = next === previous ? run + 1 : 1;
    previous = next;
    if (run <= 3) shape += next;
  }
  return shape;
}

/**
 * Hashes of what is seen of a word by itself: the normalized word, the cased form, its shape, prefixes to
 * four units and suffixes to five. The first hash is the word's own.
 */
export function wordFeatureHashes(form: string): number[] {
  let word = normalizeForm(form);
  if (word.length > MAX_DESCRIBED_UNITS)
    word = word.slice(0, MAX_DESCRIBED_UNITS / 2) + word.slice(-MAX_DESCRIBED_UNITS / 2);
  const hashes = [hashUnits(word, 0, word.length, KIND.word)];
  const shape = shapeOf(form);
  hashes.push(hashUnits(shape, 0, shape.length, KIND.shape));
  if (form.length <= MAX_DESCRIBED_UNITS) hashes.push(hashUnits(form, 0, form.length, KIND.form));
  for (let n = 1; n <= MAX_PREFIX && n <= word.length; n++) hashes.push(hashUnits(word, 0, n, KIND.prefix + n));
  for (let n = 1; n <= MAX_SUFFIX && n <= word.length; n++) {
    hashes.push(hashUnits(word, word.length - n, word.length, KIND.suffix + n));
  }
  return hashes;
}
