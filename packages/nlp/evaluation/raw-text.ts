import { type ConlluSentence, surfaceTokens } from '../src/conllu/conllu.ts';

/** A word of a treebank at its place in the raw text. */
interface PlacedWord {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Whether it is written as one with the word before it. */
  readonly clitic: boolean;
}

/** Raw text put back together from a treebank, and where its words lie, sentence by sentence. */
export interface RawText {
  readonly text: string;
  readonly sentences: readonly (readonly PlacedWord[])[];
}

/** What stands between paragraphs (and documents). */
export interface RawTextStyle {
  readonly paragraphBreak: string;
}

/**
 * Puts the raw text of sentences back together from forms, SpaceAfter, newpar and newdoc, with an empty line between
 * paragraphs. Words of a multiword token whose forms do not add up to the token (`du` for `de le`) share its span
 * through the first word; the others are left out.
 */
export function toRawText(
  sentences: readonly ConlluSentence[],
  { paragraphBreak }: RawTextStyle = { paragraphBreak: '\n\n' },
): RawText {
  const parts: string[] = [];
  let length = 0;
  const placed = sentences.map(({ words, ranges, startsParagraph, startsDocument }, index) => {
    if (index > 0 && (startsParagraph || startsDocument)) append(paragraphBreak);
    return surfaceTokens(words, ranges).flatMap((token) => {
      const placedWords = placeWords(
        token.form,
        token.words.map((word) => word.form),
        length,
      );
      append(token.form);
      if (token.words.at(-1)!.spaceAfter) append(' ');
      return placedWords;
    });
  });
  return { text: parts.join(''), sentences: placed };

  function append(piece: string): void {
    parts.push(piece);
    length += piece.length;
  }
}

function placeWords(form: string, words: readonly string[], start: number): PlacedWord[] {
  if (words.join('') !== form) return [{ start, end: start + form.length, clitic: false }];
  let at = start;
  return words.map((word, i) => {
    const from = at;
    at += word.length;
    return { start: from, end: at, clitic: i > 0 };
  });
}

/** The sentences of each document, in order. */
export function groupDocuments(sentences: readonly ConlluSentence[]): ConlluSentence[][] {
  const documents: ConlluSentence[][] = [];
  for (const sentence of sentences) {
    if (sentence.startsDocument || documents.length === 0) documents.push([]);
    documents.at(-1)!.push(sentence);
  }
  return documents;
}
