import type { Document, Sentence, Token } from '../document.ts';
import type { ConlluRange, ConlluSentence } from './conllu.ts';

/** A document as CoNLL-U sentences; a paragraph begins where an empty line stands in the text. */
export function toConlluSentences({ text, sentences }: Document): ConlluSentence[] {
  return sentences.map(({ tokens, start, end, index }) => ({
    words: tokens.map((token, i) => ({
      form: token.text,
      lemma: token.lemma,
      upos: token.upos,
      xpos: token.xpos,
      feats: token.feats || '_',
      head: token.head + 1,
      deprel: token.deprel,
      spaceAfter: hasSpaceAfter(text, token, tokens[i + 1] ?? sentences[index + 1]?.tokens[0]),
    })),
    ranges: rangesOf(tokens),
    text: text.slice(start, end),
    startsParagraph: index > 0 && /\n\s*\n/.test(text.slice(sentences[index - 1]!.end, start)),
    startsDocument: index === 0,
  }));
}

const hasSpaceAfter = (text: string, token: Token, next: Token | undefined): boolean =>
  next !== undefined ? next.start > token.end : token.end < text.length;

/** The multiword tokens: words each written as one with the next. */
function rangesOf(tokens: Sentence['tokens']): ConlluRange[] {
  const ranges: { first: number; last: number; form: string }[] = [];
  tokens.forEach((token, i) => {
    if (token.clitic !== true || i === 0) return;
    const range = ranges.at(-1);
    if (range?.last === i - 1) {
      range.last = i;
      range.form += token.text;
    } else ranges.push({ first: i - 1, last: i, form: tokens[i - 1]!.text + token.text });
  });
  return ranges;
}

/** Writes CoNLL-U (universaldependencies.org/format.html), with `# text` comments and multiword tokens. */
export function writeConllu(sentences: readonly ConlluSentence[]): string {
  return sentences.map(writeSentence).join('');
}

function writeSentence({ words, ranges, text, startsParagraph, startsDocument }: ConlluSentence, i: number): string {
  const lines = [`# sent_id = ${i + 1}`];
  if (startsDocument) lines.unshift('# newdoc');
  if (startsParagraph) lines.push('# newpar');
  lines.push(`# text = ${text.replaceAll(/\s+/g, ' ')}`);
  words.forEach((word, at) => {
    const range = ranges.find(({ first }) => first === at);
    if (range !== undefined) {
      const misc = words[range.last]!.spaceAfter ? '_' : 'SpaceAfter=No';
      lines.push(`${at + 1}-${range.last + 1}\t${range.form}\t_\t_\t_\t_\t_\t_\t_\t${misc}`);
    }
    const inRange = ranges.some(({ first, last }) => first <= at && at <= last);
    const { form, lemma, upos, xpos, feats, head, deprel } = word;
    const misc = inRange || word.spaceAfter ? '_' : 'SpaceAfter=No';
    lines.push([at + 1, form, lemma, upos, xpos, feats, head, deprel, '_', misc].join('\t'));
  });
  return `${lines.join('\n')}\n\n`;
}
