import fc from 'fast-check';
import type { Range, TextOutline } from '../../../src/pipeline/events/text-outline.ts';

const WORDS = [
  'rebels',
  'attacked',
  'Attacked',
  'the',
  'town',
  'don’t',
  '“We',
  'naïve',
  'nai\u0308ve',
  '🙂',
  '👩🏽‍🚒',
  '𝒜𝓃𝓃𝒶',
  'ﬁre',
  '北京發生',
  'İstanbul',
  'co\u00adop',
  'a\u0000b',
  '—',
  '...',
  '\ud83d',
  '<b>',
  '{{text}}',
];
const GAPS = [' ', '  ', '\n\n', '\u00a0', '\t', '. ', '', ', '];

/** Words of all kinds with gaps of all kinds; sometimes any UTF-16 at all. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...GAPS)), { minLength: 1, maxLength: 60 })
      .map((parts) => parts.flat().join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }) },
);

/** A text with an outline that fits it: sentences and words between any two characters. */
export const anyOutlinedText: fc.Arbitrary<{ text: string; outline: TextOutline }> = anyText.chain((text) =>
  fc.tuple(anyCuts(text), anyCuts(text)).map(([sentences, words]) => ({
    text,
    outline: {
      sentences,
      words: words.map((range) => ({ ...range, lemma: text.slice(range.start, range.end).toLowerCase() })),
      evidence: [],
    },
  })),
);

/** Ranges of a text, in order, with a gap here and there; never through a character. */
function anyCuts(text: string): fc.Arbitrary<Range[]> {
  const places = charactersOf(text);
  return fc
    .subarray(places, { maxLength: Math.min(20, places.length) })
    .map((cuts) => cuts.slice(1).flatMap((end, i) => (i % 3 === 2 ? [] : [{ start: cuts[i]!, end }])));
}

/** Every position between two characters, the ends included. */
function charactersOf(text: string): number[] {
  const places = [0];
  for (const character of text) places.push(places.at(-1)! + character.length);
  return places;
}

/** Whether a position cuts a character in two. */
export function cutsCharacter(text: string, position: number): boolean {
  return !charactersOf(text).includes(position);
}
