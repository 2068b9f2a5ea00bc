import type { FeatureList } from '../linear/hashed-classifier.ts';

/** Hashes of one word as `wordFeatureHashes` gives them: the word, its shape, its cased form, prefixes, suffixes. */
export type WordHashes = readonly number[];

const WORD = 0;
const SHAPE = 1;
/** Counted from the end: for words of five letters and more, the last three. */
const ENDING = -3;

/** Stand-ins for the words beyond a sentence's ends. */
const BEFORE: WordHashes = [1, 1, 1];
const AFTER: WordHashes = [2, 2, 2];

/** The capacity that {@link wordFeatures} and {@link windowFeatures} together need. */
export const TAG_FEATURES = 40;

/** Adds the features that a word has anywhere. */
export function wordFeatures(list: FeatureList, word: WordHashes): void {
  for (const hash of word) list.add(0, hash);
}

/** Adds the features that word `i` of a sentence has by the words, shapes and endings two words either way. */
export function windowFeatures(list: FeatureList, words: readonly WordHashes[], i: number): void {
  const own = words[i]!;
  const left = words[i - 1] ?? BEFORE;
  const right = words[i + 1] ?? AFTER;
  const word = own[WORD]!;
  const l1 = left[WORD]!;
  const r1 = right[WORD]!;
  const l2 = (words[i - 2] ?? BEFORE)[WORD]!;
  const r2 = (words[i + 2] ?? AFTER)[WORD]!;
  const shape = own[SHAPE]!;
  const ending = own.at(ENDING) ?? 0;
  const leftEnding = left.at(ENDING) ?? 0;
  const rightEnding = right.at(ENDING) ?? 0;
  list.add(1, l1);
  list.add(2, r1);
  list.add(3, l2);
  list.add(4, r2);
  list.add(5, mix(l1, word));
  list.add(6, mix(word, r1));
  list.add(7, mix(l1, r1));
  list.add(8, mix(l2, l1));
  list.add(9, mix(r1, r2));
  list.add(10, left[SHAPE]!);
  list.add(11, right[SHAPE]!);
  list.add(12, mix(shape, i === 0 ? 1 : 0));
  list.add(13, leftEnding);
  list.add(14, rightEnding);
  list.add(15, mix(leftEnding, ending));
  list.add(16, mix(ending, rightEnding));
  list.add(17, mix(shape, right[SHAPE]!));
  list.add(18, mix(left[SHAPE]!, shape));
  list.add(19, mix(l1, ending));
  list.add(20, mix(r1, ending));
  list.add(21, 0);
}

const mix = (a: number, b: number): number => {
  const hash = Math.imul(a ^ 0x27d4eb2f, 0x9e3779b1) ^ b;
  return Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
};
