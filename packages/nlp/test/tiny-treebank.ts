import { type ConlluSentence, readConllu } from '../src/conllu/conllu.ts';

/** Three made-up sentences: `form lemma UPOS XPOS head deprel`, `~` before a form glues it to the word before. */
const SENTENCES = [
  'Dogs dog NOUN NNS 2 nsubj|bark bark VERB VBP 0 root|loudly loudly ADV RB 2 advmod|~. . PUNCT . 2 punct',
  'The the DET DT 2 det|cats cat NOUN NNS 5 nsubj|do do AUX VBP 5 aux|not not PART RB 5 advmod|bark bark VERB VB 0 root|~. . PUNCT . 5 punct',
  'She she PRON PRP 2 nsubj|saw see VERB VBD 0 root|dogs dog NOUN NNS 2 obj|and and CCONJ CC 5 cc|cats cat NOUN NNS 3 conj|~. . PUNCT . 2 punct',
];

/** The sentences `copies` times over, each copy a document of its own. */
export function tinyTreebank(copies: number): ConlluSentence[] {
  const blocks = SENTENCES.map((sentence) => {
    const words = sentence.split('|').map((word) => word.split(' '));
    return words
      .map(([form = '', lemma, upos, xpos, head, deprel], i) => {
        const misc = words[i + 1]?.[0]?.startsWith('~') ? 'SpaceAfter=No' : '_';
        return [i + 1, form.replace('~', ''), lemma, upos, xpos, '_', head, deprel, '_', misc].join('\t');
      })
      .join('\n');
  });
  const text = `# newdoc\n${blocks.join('\n\n')}\n\n`;
  return readConllu(text.repeat(copies));
}
