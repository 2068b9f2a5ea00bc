/** A word line of CoNLL-U; fields are strings as in the file, `head` is the number of the head word (0 for the root). */
export interface ConlluWord {
  readonly form: string;
  readonly lemma: string;
  readonly upos: string;
  readonly xpos: string;
  readonly feats: string;
  readonly head: number;
  readonly deprel: string;
  /** Whether a space follows; for the words of a multiword token, whether one follows the token's last word. */
  readonly spaceAfter: boolean;
}

/** A multiword token such as `don't` over the words `first` to `last`, both included, from 0. */
export interface ConlluRange {
  readonly first: number;
  readonly last: number;
  readonly form: string;
}

/** A sentence of a CoNLL-U file (universaldependencies.org/format.html), without empty nodes. */
export interface ConlluSentence {
  readonly words: readonly ConlluWord[];
  readonly ranges: readonly ConlluRange[];
  /** The `# text` comment, or the text put together from the forms. */
  readonly text: string;
  readonly startsParagraph: boolean;
  readonly startsDocument: boolean;
}

const hasSpaceAfter = (misc: string | undefined): boolean => !(misc ?? '_').split('|').includes('SpaceAfter=No');

/** Reads CoNLL-U; comments other than text, newpar and newdoc are passed over. */
export function readConllu(content: string): ConlluSentence[] {
  return content
    .replaceAll('\r\n', '\n')
    .split(/\n\n+/)
    .map((block) => readSentence(block.split('\n')))
    .filter((sentence) => sentence.words.length > 0);
}

function readSentence(lines: readonly string[]): ConlluSentence {
  const words: ConlluWord[] = [];
  const ranges: (ConlluRange & { readonly spaceAfter: boolean })[] = [];
  let text: string | undefined;
  for (const line of lines) {
    if (line.startsWith('# text = ')) text = line.slice('# text = '.length);
    const fields = line.split('\t');
    const id = fields[0] ?? '';
    if (/^\d+-\d+$/.test(id)) {
      const [first, last] = id.split('-').map(Number) as [number, number];
      ranges.push({ first: first - 1, last: last - 1, form: fields[1] ?? '_', spaceAfter: hasSpaceAfter(fields[9]) });
    } else if (/^\d+$/.test(id)) {
      const range = ranges.at(-1);
      const inRange = range !== undefined && words.length <= range.last;
      words.push(
        readWord(fields, inRange ? words.length === range.last && range.spaceAfter : hasSpaceAfter(fields[9])),
      );
    }
  }
  return {
    words,
    ranges: ranges.map(({ first, last, form }) => ({ first, last, form })),
    text: text ?? textOf(words, ranges),
    startsParagraph: lines.some((line) => line.startsWith('# newpar')),
    startsDocument: lines.some((line) => line.startsWith('# newdoc')),
  };
}

function readWord(fields: readonly string[], spaceAfter: boolean): ConlluWord {
  const [, form = '_', lemma = '_', upos = '_', xpos = '_', feats = '_', head = '0', deprel = '_'] = fields;
  return { form, lemma, upos, xpos, feats, head: Number.parseInt(head, 10) || 0, deprel, spaceAfter };
}

/** The surface tokens of a sentence: its words, with multiword tokens whole. */
export function surfaceTokens(
  words: readonly ConlluWord[],
  ranges: readonly ConlluRange[],
): { readonly form: string; readonly words: readonly ConlluWord[] }[] {
  const tokens: { form: string; words: readonly ConlluWord[] }[] = [];
  for (let i = 0; i < words.length; ) {
    const range = ranges.find((each) => each.first === i);
    const last = range?.last ?? i;
    tokens.push({ form: range?.form ?? words[i]!.form, words: words.slice(i, last + 1) });
    i = last + 1;
  }
  return tokens;
}

function textOf(words: readonly ConlluWord[], ranges: readonly ConlluRange[]): string {
  return surfaceTokens(words, ranges)
    .map((token) => token.form + (token.words.at(-1)!.spaceAfter ? ' ' : ''))
    .join('')
    .trimEnd();
}
