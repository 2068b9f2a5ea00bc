import type { FeatureList } from '../linear/hashed-classifier.ts';
import { charClass, DIGIT, JOINING, LETTER } from './char-class.ts';

/** What may happen between two units inside a run of non-space characters. */
export const JOIN = 0;
/** A new token begins. */
export const SPLIT = 1;
/** A new word begins within the token, as `n't` does in `don't`. */
export const SPLIT_CLITIC = 2;

/** Words are looked at this far. */
const REACH = 20;
const MAX_COUNT = 6;
const ZERO_WIDTH_JOINER = 0x200d;

/** A run of non-space characters, with what all its decisions share. */
export interface Chunk {
  readonly text: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Positions of the first and last letter or digit; `end` and `start - 1` when there is none. */
  readonly firstWord: number;
  readonly lastWord: number;
  /** A number for what the chunk looks like: address, link, with digits, … */
  readonly kind: number;
  /** A number for the character after the space that follows. */
  readonly next: number;
}

const isWord = (unit: number): boolean => {
  const found = charClass(unit);
  return found === LETTER || found === DIGIT;
};

/** Describes the chunk from `start` to `end`, in time linear in its length. */
export function describeChunk(text: string, start: number, end: number): Chunk {
  let firstWord = end;
  let lastWord = start - 1;
  let at = 0;
  let slashes = 0;
  let dots = 0;
  let digits = 0;
  let hyphens = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (isWord(unit)) {
      if (firstWord === end) firstWord = i;
      lastWord = i;
      if (charClass(unit) === DIGIT) digits = 1;
    } else if (unit === 0x40) at = 1;
    else if (unit === 0x2f) slashes = Math.min(2, slashes + 1);
    else if (unit === 0x2e) dots = Math.min(3, dots + 1);
    else if (unit === 0x2d) hyphens = Math.min(2, hyphens + 1);
  }
  const scheme = text.slice(start, Math.min(end, start + 8)).toLowerCase();
  const link = scheme.includes('://') || scheme.startsWith('www.') || scheme.startsWith('mailto:') ? 1 : 0;
  let next = end;
  while (next < text.length && next < end + 4 && charClass(text.charCodeAt(next)) === 0) next++;
  return {
    text,
    start,
    end,
    firstWord,
    lastWord,
    kind: link | (at << 1) | (slashes << 2) | (dots << 4) | (digits << 6) | (hyphens << 7),
    next: next < text.length ? unitShape(text.charCodeAt(next)) : 0,
  };
}

/** Whether a decision is to be made before position `i` of a chunk (start < i < end). */
export function maySplit({ text, start, end }: Chunk, i: number): boolean {
  const left = charClass(text.charCodeAt(i - 1));
  const right = charClass(text.charCodeAt(i));
  if (right === JOINING || text.charCodeAt(i - 1) === ZERO_WIDTH_JOINER) return false;
  if (left !== LETTER || right !== LETTER) return true;
  return startsClitic(text, start, end, i);
}

/** Inside letters a word may begin at `n't`, and in short runs such as `cannot`, `gonna`, `dont`. */
function startsClitic(text: string, start: number, end: number, i: number): boolean {
  const unit = text.charCodeAt(i) | 0x20;
  if (unit === 0x6e && i + 2 < end && isApostrophe(text.charCodeAt(i + 1))) return true;
  if (i - start > 5 || i - start < 1) return false;
  const rest = end - i;
  return rest <= 4 || charClass(text.charCodeAt(i + 4)) !== LETTER || charClass(text.charCodeAt(i + 3)) !== LETTER;
}

const isApostrophe = (unit: number): boolean => unit === 0x27 || unit === 0x2019 || unit === 0x60 || unit === 0xb4;

/** Letters by case, digits alike, everything else itself. */
function unitShape(unit: number): number {
  const found = charClass(unit);
  if (found === DIGIT) return 1;
  if (found !== LETTER) return unit;
  const char = String.fromCharCode(unit);
  return char === char.toLowerCase() ? 2 : 3;
}

/** The features of the decision before position `i`; `tokenStart` is where the current word began. */
export function splitFeatures(list: FeatureList, chunk: Chunk, i: number, tokenStart: number): void {
  const { text, start, end, kind, next } = chunk;
  const unitAt = (offset: number): number => {
    const at = i + offset;
    return at < start || at >= end ? 0 : text.charCodeAt(at);
  };
  const l1 = unitAt(-1);
  const r1 = unitAt(0);
  const shapes = [unitShape(unitAt(-2)), unitShape(l1), unitShape(r1), unitShape(unitAt(1))] as const;
  const leftRun = runHash(text, wordStart(text, start, i), i);
  const rightEnd = wordEnd(text, end, i);
  const rightRun = runHash(text, i, rightEnd);
  const edge = (i <= chunk.firstWord ? 1 : 0) | (i > chunk.lastWord ? 2 : 0) | (chunk.lastWord < i + 1 ? 4 : 0);
  const since = Math.min(MAX_COUNT, i - tokenStart);
  const rest = Math.min(MAX_COUNT, end - i);
  const core = (shapes[1] << 16) ^ shapes[2];
  list.clear();
  list.add(0, 0);
  list.add(1, core);
  list.add(2, core ^ (edge << 28));
  list.add(3, core ^ Math.imul(kind, 31));
  list.add(4, mix(core, shapes[0]));
  list.add(5, mix(core, shapes[3]));
  list.add(6, mix(mix(core, shapes[0]), shapes[3]));
  list.add(7, mix(leftRun, r1));
  list.add(8, mix(l1, rightRun));
  list.add(9, mix(leftRun, rightRun));
  list.add(10, mix(core, since * 8 + rest));
  list.add(11, mix(mix(core, kind), edge));
  list.add(12, mix(mix(core, next), edge));
  list.add(13, mix(mix(leftRun, r1), next));
  list.add(14, mix(runHash(text, Math.max(start, i - 3), i), runHash(text, i, Math.min(end, i + 3))));
  list.add(15, mix(runHash(text, Math.max(tokenStart, i - REACH), i), rightRun));
  list.add(16, mix(beforeRun(chunk, i), mix(l1, rightRun)));
  list.add(17, mix(leftRun, afterRun(chunk, rightEnd, r1)));
  list.add(18, end - start <= REACH ? mix(runHash(text, start, end), i - start) : -1);
  list.add(19, mix(mix(kind, edge), since));
  list.add(20, mix(core, (i - start === 1 ? 1 : 0) | (end - i === 1 ? 2 : 0)));
}

/** The capacity that {@link splitFeatures} needs. */
export const SPLIT_FEATURES = 21;

/** When the unit before `i` is one separator, the word before that, as `e` is before `-` in `e-|mail`. */
function beforeRun({ text, start }: Chunk, i: number): number {
  if (i - 1 <= start || isWord(text.charCodeAt(i - 1))) return 0;
  return runHash(text, wordStart(text, start, i - 1), i - 1);
}

/** When the unit at the split is one separator, the word after it. */
function afterRun({ text, end }: Chunk, rightEnd: number, r1: number): number {
  if (isWord(r1) || rightEnd >= end) return r1;
  return mix(r1, runHash(text, rightEnd, wordEnd(text, end, rightEnd)));
}

/** Start of the run of letters or digits that ends before `i`, or `i - 1` when there is none. */
function wordStart(text: string, start: number, i: number): number {
  let at = i;
  while (at > start && i - at < REACH && isWord(text.charCodeAt(at - 1))) at--;
  return at === i ? Math.max(start, i - 1) : at;
}

/** End of the run of letters or digits that begins at `i`, or `i + 1` when there is none. */
function wordEnd(text: string, end: number, i: number): number {
  let at = i;
  while (at < end && at - i < REACH && isWord(text.charCodeAt(at))) at++;
  return at === i ? Math.min(end, i + 1) : at;
}

/** Hash of a lower-cased stretch with digits alike. */
function runHash(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) {
    let unit = text.charCodeAt(i);
    if (unit >= 65 && unit <= 90) unit |= 0x20;
    else if (unit >= 48 && unit <= 57) unit = 48;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash;
}

const mix = (a: number, b: number): number => {
  const hash = Math.imul(a ^ 0x27d4eb2f, 0x9e3779b1) ^ b;
  return Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
};
