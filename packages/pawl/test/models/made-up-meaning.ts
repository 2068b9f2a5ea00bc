import { createHash } from 'node:crypto';

/** Words that mean the same. */
const CLASSES = [
  ['earthquake', 'quake', 'tremor', 'temblor'],
  ['flattened', 'levelled', 'razed'],
  ['town', 'village', 'settlement'],
  ['seaside', 'coastal', 'harbour'],
  ['homes', 'houses', 'dwellings'],
  ['rescuers', 'helpers', 'searchers'],
  ['survivors', 'living'],
  ['dug', 'searched', 'combed'],
  ['merger', 'takeover', 'acquisition'],
  ['bank', 'lender'],
  ['bought', 'acquired', 'swallowed'],
  ['rival', 'competitor'],
  ['shareholders', 'investors'],
  ['cheered', 'applauded', 'welcomed'],
];
const CLASS_OF = new Map(CLASSES.flatMap((words, i) => words.map((word) => [word, `class ${i}`] as const)));
export const DIMENSIONS = 64;
/** The words of which the model knows what they mean. */
export const KNOWN_WORDS: readonly string[] = CLASSES.flat();

/** What a text means to the model of the tests: the sum of its words' directions, alike for words of one class; few for all others. */
export function meaningOfText(text: string): number[] {
  const sum = new Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['']) {
    const direction = directionOf(word);
    for (let i = 0; i < DIMENSIONS; i++) sum[i]! += direction[i]! * (CLASS_OF.has(word) ? 1 : 0.1);
  }
  return sum;
}

/** Of a word: 1 or -1 in each dimension. */
export function directionOf(word: string): number[] {
  const bytes = createHash('sha512')
    .update(CLASS_OF.get(word) ?? word)
    .digest();
  return Array.from({ length: DIMENSIONS }, (_, i) => (bytes[i]! >= 128 ? 1 : -1));
}
