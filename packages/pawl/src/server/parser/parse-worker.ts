import { loadEnglish } from '@pawl/nlp';
import type { Parse } from '../api/parse.ts';

// Runs in the thread of the parser.

const english = await loadEnglish();

/** @throws nothing that a text can cause */
export default function parse(text: string): Parse['sentences'] {
  return english.parse(text).sentences.map((sentence) => ({
    start_char: sentence.start,
    end_char: sentence.end,
    tokens: sentence.tokens.map((token) => ({
      text: token.text,
      start_char: token.start,
      end_char: token.end,
      lemma: token.lemma,
      upos: token.upos,
      xpos: token.xpos,
      feats: token.feats ?? '',
      head: token.head,
      deprel: token.deprel,
    })),
  }));
}
