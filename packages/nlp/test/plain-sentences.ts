import type { Sentence } from '../src/document.ts';

/** Tokens at runs of letters and digits and at single other signs, sentences at line ends: enough to drive a component. */
export function plainSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const line of text.matchAll(/[^\n]+/g)) {
    const tokens = [
      ...line[0].matchAll(/(?:\p{Lu}\.){2,}|(?:Mr|Mrs|Dr)\.|[\p{L}\p{N}]+|['’]s\b|[^\s\p{L}\p{N}]/gu),
    ].map((match, index) => ({
      index,
      text: match[0],
      start: line.index + match.index,
      end: line.index + match.index + match[0].length,
      upos: 'X' as const,
      xpos: '',
      lemma: match[0],
      head: -1,
      deprel: 'dep',
    }));
    if (tokens.length > 0) {
      sentences.push({ index: sentences.length, start: tokens[0]!.start, end: tokens.at(-1)!.end, tokens });
    }
  }
  return sentences;
}
