import type { Document, Sentence, Token, Upos } from '../document.ts';
import type { ConlluSentence } from './conllu.ts';

/**
 * CoNLL-U sentences as a document, to be walked, drawn, or read for triplets. Its text is the words with the spaces that
 * the file says, between sentences a line break, between paragraphs an empty line. There are no entities.
 */
export function fromConlluSentences(sentences: readonly ConlluSentence[]): Document {
  let text = '';
  const placed = sentences.map(({ words, ranges, startsParagraph, startsDocument }, index): Sentence => {
    if (index > 0 && (startsParagraph || startsDocument)) text = `${text.trimEnd()}\n\n`;
    const tokens = words.map((word, i): Token => {
      const start = text.length;
      text += word.form;
      const token = {
        index: i,
        text: word.form,
        start,
        end: text.length,
        clitic: ranges.some(({ first, last }) => first < i && i <= last),
        upos: word.upos as Upos,
        xpos: word.xpos,
        lemma: word.lemma,
        feats: word.feats === '_' ? '' : word.feats,
        head: word.head - 1,
        deprel: word.deprel,
      };
      if (word.spaceAfter) text += i === words.length - 1 ? '\n' : ' ';
      return token;
    });
    return { index, start: tokens[0]?.start ?? text.length, end: tokens.at(-1)?.end ?? text.length, tokens };
  });
  return { text, sentences: placed, entities: [] };
}
