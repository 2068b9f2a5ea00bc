/** One name of an IOB2 column; `last` is included. */
export interface LabelledSpan {
  readonly first: number;
  readonly last: number;
  readonly label: string;
}

/** A sentence of an IOB2 file. */
export interface Iob2Sentence {
  readonly words: readonly string[];
  readonly spans: readonly LabelledSpan[];
  /** Whether a `# newdoc` comment stands before it. */
  readonly startsDocument: boolean;
  /** The labels of the column after the tags, such as CrossNER's original types; `-` when unused. */
  readonly extra: readonly string[];
}

/** Spans of IOB1 or IOB2 tags (`B-PER`, `I-PER`, `O`); an `I-` that continues nothing opens a span, as conlleval has it. */
export function spansOfTags(tags: readonly string[]): LabelledSpan[] {
  const spans: { first: number; last: number; label: string }[] = [];
  let open: { first: number; last: number; label: string } | undefined;
  tags.forEach((tag, i) => {
    const label = tag.slice(2);
    if (tag === 'O' || tag === '-') open = undefined;
    else if (tag.startsWith('I-') && open?.label === label) open.last = i;
    else {
      open = { first: i, last: i, label };
      spans.push(open);
    }
  });
  return spans;
}

/** Reads tab-separated IOB2 (columns id, form, tag, extra), sentences apart by blank lines, `#` comments. */
export function readIob2(content: string): Iob2Sentence[] {
  const sentences: Iob2Sentence[] = [];
  let startsDocument = false;
  for (const block of content.replaceAll('\r\n', '\n').split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line !== '');
    startsDocument ||= lines.some((line) => line.startsWith('# newdoc'));
    const rows = lines.filter((line) => /^\d+\t/.test(line)).map((line) => line.split('\t'));
    if (rows.length === 0) continue;
    sentences.push({
      words: rows.map((row) => row[1] ?? ''),
      spans: spansOfTags(rows.map((row) => row[2] ?? 'O')),
      startsDocument,
      extra: rows.map((row) => row[3] ?? '-'),
    });
    startsDocument = false;
  }
  return sentences;
}
