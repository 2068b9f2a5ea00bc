import { parseArgs } from 'node:util';
import { readConllu } from '../conllu/conllu.ts';
import { fromConlluSentences } from '../conllu/from-conllu.ts';
import { toConlluSentences, writeConllu } from '../conllu/write-conllu.ts';
import type { Document } from '../document.ts';
import { renderDependencyTree } from '../drawing/render-dependency-tree.ts';
import type { English } from '../english.ts';
import { readDocument } from '../read-document.ts';
import { table } from './table.ts';

export const HELP = `Usage: pawl-nlp <command> [options] [text]
Analyses English text: the arguments, or what is piped in.

Commands:
  parse       tokens, tags, lemmas and dependency trees
  entities    names, dates, times and amounts
  triplets    who did what to whom
  triggers    words that tell of events

Options:
  --json            print JSON
  --conllu          parse: print CoNLL-U
  --svg             parse: print each tree as an SVG element, one a line
  --from <format>   what the input is: text, conllu or json (what parse --json printed); default text
  --date <day>      the document's date, YYYY-MM-DD; relative dates are resolved against it
  -h, --help        print this

Examples:
  npx @pawl/nlp parse "The dog chased a cat."
  npx @pawl/nlp parse --svg "The dog chased a cat." > tree.svg
  npx @pawl/nlp entities --date 2024-05-08 --json < article.txt
`;

/** Wrong use of the command line. */
export class UsageError extends Error {}

/** What is printed of a document, as text for people and as a value for `--json`. */
interface Answer {
  readonly rows: (document: Document, english: English) => string[][];
  readonly value: (document: Document, english: English) => unknown;
}

const ANSWERS = {
  parse: { rows: treeRows, value: (document) => document },
  entities: {
    rows: ({ entities }) =>
      entities.map(({ type, text, normalizedForm = '', id = '' }) => [type, text, normalizedForm, id]),
    value: ({ entities }) => entities,
  },
  triplets: {
    rows: (document, english) =>
      english
        .triplets(document)
        .map(({ subject, action, object, negated, modality }) => [
          subject.text,
          action.text,
          object.text,
          [negated ? 'negated' : '', modality ?? ''].filter((mark) => mark !== '').join(', '),
        ]),
    value: (document, english) => english.triplets(document),
  },
  triggers: {
    rows: (document, english) =>
      english.triggers(document).map(({ text, confidence }) => [text, confidence.toFixed(3)]),
    value: (document, english) => english.triggers(document),
  },
} as const satisfies Readonly<Record<string, Answer>>;

type CommandName = keyof typeof ANSWERS;

const INPUT_FORMATS = ['text', 'conllu', 'json'] as const;
type InputFormat = (typeof INPUT_FORMATS)[number];

/** What a command line asks for. */
export interface Request {
  readonly command: CommandName;
  readonly format: 'table' | 'json' | 'conllu' | 'svg';
  readonly from: InputFormat;
  readonly date: string | undefined;
  /** Null when the input is piped in. */
  readonly text: string | null;
}

/** @throws {UsageError} and the errors of Node's argument parser */
export function readRequest(args: readonly string[]): Request | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      conllu: { type: 'boolean', default: false },
      svg: { type: 'boolean', default: false },
      from: { type: 'string', default: 'text' },
      date: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, ...words] = positionals;
  if (values.help) return 'help';
  if (command === undefined || !Object.hasOwn(ANSWERS, command)) {
    const what = command === undefined ? 'Name a command' : `There is no command "${command}"; use one`;
    throw new UsageError(`${what} of: ${Object.keys(ANSWERS).join(', ')}. --help says more.`);
  }
  const formats = (['json', 'conllu', 'svg'] as const).filter((format) => values[format]);
  if (formats.length > 1) throw new UsageError(`Choose one of --${formats.join(', --')}.`);
  const [format = 'table'] = formats;
  if (command !== 'parse' && (format === 'conllu' || format === 'svg')) {
    throw new UsageError(`--${format} prints trees: use it with parse.`);
  }
  if (!isInputFormat(values.from)) {
    throw new UsageError(`--from "${values.from}" is no format; use one of: ${INPUT_FORMATS.join(', ')}.`);
  }
  if (values.date !== undefined && !isDay(values.date)) {
    throw new UsageError(`--date "${values.date}" is no day; write it as 2024-05-08.`);
  }
  const text = words.length === 0 || (words.length === 1 && words[0] === '-') ? null : words.join(' ');
  return { command: command as CommandName, format, from: values.from, date: values.date, text };
}

/** What is to be printed. @throws {UsageError} for JSON that is no document */
export function answerOf(english: English, { command, format, from, date }: Request, input: string): string {
  const document = readInput(english, from, date, input);
  const { rows, value }: Answer = ANSWERS[command];
  switch (format) {
    case 'json':
      return `${JSON.stringify(value(document, english), null, 2)}\n`;
    case 'conllu':
      return writeConllu(toConlluSentences(document));
    case 'svg':
      return document.sentences.map((sentence) => `${renderDependencyTree(sentence)}\n`).join('');
    case 'table':
      return table(rows(document, english));
  }
}

function readInput(english: English, from: InputFormat, date: string | undefined, input: string): Document {
  if (from === 'conllu') return fromConlluSentences(readConllu(input));
  if (from === 'json') return readJson(input);
  return english.parse(input, date === undefined ? {} : { documentDate: date });
}

function readJson(input: string): Document {
  try {
    return readDocument(input);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Heads are numbered from 1 as in CoNLL-U; 0 is the root. An empty row ends a sentence. */
function treeRows({ sentences }: Document): string[][] {
  return sentences.flatMap(({ tokens }, s) => [
    ...(s === 0 ? [] : [[]]),
    ...tokens.map(({ index, text, lemma, upos, xpos, head, deprel }) => [
      String(index + 1),
      text,
      lemma,
      upos,
      xpos,
      String(head + 1),
      deprel,
    ]),
  ]);
}

function isInputFormat(text: string): text is InputFormat {
  return (INPUT_FORMATS as readonly string[]).includes(text);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
