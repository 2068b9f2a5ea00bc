import { type ConlluSentence, type ConlluWord, surfaceTokens } from '../src/conllu/conllu.ts';
import { charClass, SPACE } from '../src/tokenizer/char-class.ts';

/** A stretch of the text with all white space taken out, in characters; `end` is exclusive. */
export interface CharSpan {
  readonly start: number;
  readonly end: number;
}

/** A word as the CoNLL 2018 metric sees it. */
export interface ScoredWord {
  /** The word's own span; that of the whole token for the words of a multiword token. */
  readonly span: CharSpan;
  readonly inMultiword: boolean;
  readonly word: ConlluWord;
  /** Undefined for a root. */
  readonly parent: ScoredWord | undefined;
}

/** A CoNLL-U file as the CoNLL 2018 metric sees it. */
export interface ScoredFile {
  readonly characters: string;
  readonly sentences: readonly CharSpan[];
  readonly tokens: readonly CharSpan[];
  readonly words: readonly ScoredWord[];
}

/** Lays the tokens and words of a file over its text without white space. */
export function toScoredFile(sentences: readonly ConlluSentence[]): ScoredFile {
  const parts: string[] = [];
  const tokens: CharSpan[] = [];
  const words: ScoredWord[] = [];
  let length = 0;
  const sentenceSpans = sentences.map((sentence) => {
    const start = length;
    addSentence(sentence);
    return { start, end: length };
  });
  return { characters: parts.join(''), sentences: sentenceSpans, tokens, words };

  function addSentence(sentence: ConlluSentence): void {
    const own: { span: CharSpan; inMultiword: boolean; word: ConlluWord; parent: ScoredWord | undefined }[] = [];
    for (const token of surfaceTokens(sentence.words, sentence.ranges)) {
      const form = withoutSpace(token.form);
      const span = { start: length, end: length + form.length };
      parts.push(form);
      length = span.end;
      tokens.push(span);
      const inMultiword = sentence.ranges.length > 0 && token.words.length > 1;
      for (const word of token.words) own.push({ span, inMultiword, word, parent: undefined });
    }
    for (const each of own) each.parent = each.word.head === 0 ? undefined : own[each.word.head - 1];
    words.push(...own);
  }
}

/** White space is what the tokenizer takes for it, zero-width spaces included. */
function withoutSpace(form: string): string {
  let kept = '';
  for (let i = 0; i < form.length; i++) if (charClass(form.charCodeAt(i)) !== SPACE) kept += form[i];
  return kept;
}

/** A gold word and the system's word for it. */
export interface AlignedPair {
  readonly gold: ScoredWord;
  readonly system: ScoredWord;
}

/**
 * Aligns words as the CoNLL 2018 evaluation does (universaldependencies.org/conll18/evaluation.html): by span, and within
 * stretches that touch multiword tokens by the longest common subsequence of forms, letter case apart.
 */
export function alignWords(gold: readonly ScoredWord[], system: readonly ScoredWord[]): AlignedPair[] {
  const pairs: AlignedPair[] = [];
  let g = 0;
  let s = 0;
  while (g < gold.length && s < system.length) {
    if (gold[g]!.inMultiword || system[s]!.inMultiword) {
      const stretch = multiwordStretch(gold, system, g, s);
      pairs.push(...alignForms(gold.slice(stretch.goldFrom, stretch.g), system.slice(stretch.systemFrom, stretch.s)));
      g = stretch.g;
      s = stretch.s;
    } else if (gold[g]!.span.start === system[s]!.span.start && gold[g]!.span.end === system[s]!.span.end) {
      pairs.push({ gold: gold[g++]!, system: system[s++]! });
    } else if (gold[g]!.span.start <= system[s]!.span.start) g++;
    else s++;
  }
  return pairs;
}

/** The stretch of both sides that one or several overlapping multiword tokens cover. */
function multiwordStretch(
  gold: readonly ScoredWord[],
  system: readonly ScoredWord[],
  goldAt: number,
  systemAt: number,
): { goldFrom: number; systemFrom: number; g: number; s: number } {
  let g = goldAt;
  let s = systemAt;
  let end: number;
  if (gold[g]!.inMultiword) {
    end = gold[g]!.span.end;
    if (!system[s]!.inMultiword && system[s]!.span.start < gold[g]!.span.start) s++;
  } else {
    end = system[s]!.span.end;
    if (!gold[g]!.inMultiword && gold[g]!.span.start < system[s]!.span.start) g++;
  }
  const goldFrom = g;
  const systemFrom = s;
  while (!isBeyond(gold, g, end) || !isBeyond(system, s, end)) {
    const takeGold = g < gold.length && (s >= system.length || gold[g]!.span.start <= system[s]!.span.start);
    const word = takeGold ? gold[g++]! : system[s++]!;
    if (word.inMultiword) end = Math.max(end, word.span.end);
  }
  return { goldFrom, systemFrom, g, s };
}

function isBeyond(words: readonly ScoredWord[], at: number, end: number): boolean {
  const word = words[at];
  if (word === undefined) return true;
  return word.inMultiword ? word.span.start >= end : word.span.end > end;
}

function alignForms(gold: readonly ScoredWord[], system: readonly ScoredWord[]): AlignedPair[] {
  const same = (g: number, s: number): boolean =>
    gold[g]!.word.form.toLowerCase() === system[s]!.word.form.toLowerCase();
  const longest = Array.from({ length: gold.length + 1 }, () => new Int32Array(system.length + 1));
  for (let g = gold.length - 1; g >= 0; g--) {
    for (let s = system.length - 1; s >= 0; s--) {
      longest[g]![s] = same(g, s) ? 1 + longest[g + 1]![s + 1]! : Math.max(longest[g + 1]![s]!, longest[g]![s + 1]!);
    }
  }
  const pairs: AlignedPair[] = [];
  for (let g = 0, s = 0; g < gold.length && s < system.length; ) {
    if (same(g, s)) pairs.push({ gold: gold[g++]!, system: system[s++]! });
    else if (longest[g]![s] === longest[g + 1]![s]) g++;
    else s++;
  }
  return pairs;
}
