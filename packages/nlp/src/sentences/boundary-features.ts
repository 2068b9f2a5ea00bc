import type { FeatureList } from '../linear/hashed-classifier.ts';
import { charClass, DIGIT, LETTER } from '../tokenizer/char-class.ts';
import type { WordSpans } from '../tokenizer/tokenizer.ts';

/** How two words are parted. */
export const GAP = { none: 0, space: 1, line: 2, paragraph: 3 } as const;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Gaps are looked at this far, lines measured this far. */
const MAX_GAP = 64;
const MAX_LINE = 100;

/** What stands between word `i` and the next: an empty line makes a paragraph. */
function gapAfter({ text, starts, ends }: WordSpans, i: number): number {
  const from = ends[i]!;
  const to = Math.min(starts[i + 1]!, from + MAX_GAP);
  if (from === to) return GAP.none;
  let lines = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) lines++;
  }
  return lines === 0 ? GAP.space : lines === 1 ? GAP.line : GAP.paragraph;
}

/** What the decisions read of each word, computed once a word. */
export interface WordSigns {
  /** Hash of the lower-cased word, digits alike. */
  readonly word: Int32Array;
  /** 0 outside the text, else by first unit and length. */
  readonly shape: Int32Array;
  /** Bit set: opens, closes a bracket, is a quote, is final punctuation. */
  readonly marks: Uint8Array;
  readonly gaps: Uint8Array;
}

const OPENS = 1;
const CLOSES = 2;
const QUOTES = 4;
const FINAL = 8;

/** Two cells of padding stand before the first word and two after the last: word i is at i + 2. */
export const PADDING = 2;

export function readSigns(spans: WordSpans): WordSigns {
  const size = spans.count + 2 * PADDING;
  const signs = {
    word: new Int32Array(size),
    shape: new Int32Array(size),
    marks: new Uint8Array(size),
    gaps: new Uint8Array(size),
  };
  for (let i = 0; i < spans.count; i++) {
    const start = spans.starts[i]!;
    const end = spans.ends[i]!;
    const at = i + PADDING;
    signs.word[at] = lowerHash(spans.text, start, end);
    signs.shape[at] = shapeNumber(spans.text, start, end);
    signs.marks[at] = marksOf(spans.text, start, end);
    signs.gaps[at] = i + 1 < spans.count ? gapAfter(spans, i) : GAP.paragraph;
  }
  return signs;
}

function lowerHash(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end && i < start + 24; i++) {
    let unit = text.charCodeAt(i);
    if (unit >= 65 && unit <= 90) unit |= 0x20;
    else if (unit >= 48 && unit <= 57) unit = 48;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash | 1;
}

function shapeNumber(text: string, start: number, end: number): number {
  const unit = text.charCodeAt(start);
  const length = Math.min(4, end - start);
  const found = charClass(unit);
  if (found === DIGIT) return 8 + length;
  if (found !== LETTER) return 64 + Math.min(unit, 0x3000) * 2 + (length > 1 ? 1 : 0);
  const first = isUpper(text, start);
  const second = end - start > 1 && isUpper(text, start + 1);
  const dotted = text.charCodeAt(end - 1) === 0x2e ? 1 : 0;
  return 16 + (first ? (second ? 2 : 1) : 0) * 8 + (length > 1 ? 2 : 0) + dotted;
}

function isUpper(text: string, at: number): boolean {
  const char = text[at]!;
  return char !== char.toLowerCase();
}

const FINALS = '.?!…';
const OPENING = '([{<“‘«';
const CLOSING = ')]}>”’»';

function marksOf(text: string, start: number, end: number): number {
  const char = text[end - 1]!;
  const first = text[start]!;
  let marks = 0;
  if (OPENING.includes(first) && end - start < 4) marks |= OPENS;
  if (CLOSING.includes(char) && end - start < 4) marks |= CLOSES;
  if (first === '"' || (end - start === 1 && first === "'")) marks |= QUOTES;
  if (FINALS.includes(char) && charClass(text.charCodeAt(start)) !== LETTER) marks |= FINAL;
  return marks;
}

/** What has been read since the last boundary. */
export class SentenceSoFar {
  words = 0;
  depth = 0;
  quotes = 0;
  hasFinal = 0;
  lowerWords = 0;
  firstShape = 0;
  firstWord = 0;

  clear(): void {
    this.words = 0;
    this.depth = 0;
    this.quotes = 0;
    this.hasFinal = 0;
    this.lowerWords = 0;
  }

  /** Takes in the word at `at` of the signs. */
  add({ word, shape, marks }: WordSigns, at: number): void {
    const bits = marks[at]!;
    if (this.words === 0) {
      this.firstShape = shape[at]!;
      this.firstWord = word[at]!;
    }
    this.words++;
    if ((bits & OPENS) !== 0) this.depth = Math.min(3, this.depth + 1);
    if ((bits & CLOSES) !== 0) this.depth = Math.max(0, this.depth - 1);
    if ((bits & QUOTES) !== 0) this.quotes ^= 1;
    if (shape[at]! < 24 && shape[at]! >= 16) this.lowerWords++;
    this.hasFinal = bits & FINAL;
  }
}

/** The capacity that {@link boundaryFeatures} needs. */
export const BOUNDARY_FEATURES = 34;

const bucket = (n: number): number => (n < 6 ? n : n < 10 ? 6 : n < 16 ? 7 : n < 26 ? 8 : n < 40 ? 9 : 10);

/** The features of a boundary after the word at `at` of the signs; `left` words are left in its paragraph. */
export function boundaryFeatures(
  list: FeatureList,
  spans: WordSpans,
  signs: WordSigns,
  so: SentenceSoFar,
  at: number,
  left: number,
): void {
  const { word, shape, gaps } = signs;
  const w0 = word[at]!;
  const w1 = word[at + 1]!;
  const s0 = shape[at]!;
  const s1 = shape[at + 1]!;
  const s2 = shape[at + 2]!;
  const before = shape[at - 1]!;
  const gap = gaps[at]!;
  const length = bucket(so.words);
  const state = so.depth * 2 + so.quotes;
  const remaining = bucket(left);
  const edges = (s0 << 16) ^ s1;
  list.clear();
  list.add(0, 0);
  list.add(1, w0);
  list.add(2, w1);
  list.add(3, mix(w0, s1));
  list.add(4, mix(s0, w1));
  list.add(5, mix(w0, w1));
  list.add(6, edges);
  list.add(7, mix(edges, gap));
  list.add(8, mix(edges, state));
  list.add(9, mix(edges, length));
  list.add(10, mix(edges, s2));
  list.add(11, mix(edges, before));
  list.add(12, mix(mix(word[at - 1]!, w0), s1));
  list.add(13, mix(word[at - 1]!, w0));
  list.add(14, mix(s0, mix(w1, word[at + 2]!)));
  list.add(15, mix(edges, remaining));
  list.add(16, mix(length, remaining));
  list.add(17, mix(mix(s0, gap), so.hasFinal));
  list.add(18, mix(mix(edges, gap), state));
  list.add(19, mix(word[at - 1]!, s0));
  list.add(20, mix(mix(before, s0), mix(s1, s2)));
  list.add(21, mix(w1, gap));
  list.add(22, mix(w0, gap));
  list.add(23, mix(mix(s0, so.firstShape), s1));
  list.add(24, mix(s1, mix(length, so.lowerWords === 0 ? 1 : 0)));
  list.add(25, mix(mix(s0, s1), mix(so.firstWord, so.words < 6 ? 1 : 0)));
  list.add(26, mix(mix(gaps[at - 1]!, gap), edges));
  list.add(27, mix(mix(gap, gaps[at + 1]!), edges));
  list.add(28, mix(w0, length));
  list.add(29, mix(mix(s1, word[at + 2]!), s0));
  list.add(30, mix(mix(word[at - 2]!, word[at - 1]!), s0));
  list.add(31, mix(so.depth, mix(gap, s1)));
  if (gap === GAP.line) {
    const line = lineBucket(spans, at - PADDING);
    list.add(32, mix(line, edges));
    list.add(33, mix(line, so.hasFinal));
  }
}

/** How long the line is that ends after word `i`. */
function lineBucket({ text, ends }: WordSpans, i: number): number {
  const end = ends[i]!;
  let length = 0;
  while (length < MAX_LINE && end - length > 0 && text.charCodeAt(end - length - 1) !== LINE_FEED) length++;
  return length < 20 ? 0 : length < 40 ? 1 : length < 55 ? 2 : length < 65 ? 3 : length < 85 ? 4 : 5;
}

const mix = (a: number, b: number): number => {
  const hash = Math.imul(a ^ 0x27d4eb2f, 0x9e3779b1) ^ b;
  return Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
};
