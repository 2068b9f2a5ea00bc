import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ConlluSentence, readConllu } from '../src/conllu/conllu.ts';
import { toConlluSentences } from '../src/conllu/write-conllu.ts';
import type { English } from '../src/english.ts';
import { loadEnglish } from '../src/load-english.ts';
import { type ParseScores, scoreParse } from './conll18.ts';
import type { EvaluateCommand } from './evaluate.ts';
import { groupDocuments, toRawText } from './raw-text.ts';
import { UsageError } from './usage-error.ts';

/** Scores tokens, sentences, tags and trees against a treebank, from its raw text or its gold tokens. */
export const parseCommand: EvaluateCommand = {
  usage: 'parse <file.conllu> [--gold-tokens] [--json]',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'gold-tokens': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined) throw new UsageError('Name a CoNLL-U file.');
    const gold = readConllu(readFileSync(file, 'utf8'));
    if (gold.length === 0) throw new UsageError(`There is no sentence in ${file}.`);
    const english = await loadEnglish();
    const system = values['gold-tokens'] ? parseGoldTokens(english, gold) : parseRawText(english, gold);
    const scores = scoreParse(gold, system);
    const { tokens, sentences, upos, xpos, uas, las } = scores;
    return values.json ? JSON.stringify({ tokens, sentences, upos, xpos, uas, las }) : describe(scores);
  },
};

/** Parses document by document from raw text. */
function parseRawText(english: English, gold: readonly ConlluSentence[]): ConlluSentence[] {
  return groupDocuments(gold).flatMap((document) => toConlluSentences(english.parse(toRawText(document).text)));
}

/** Parses gold words; sentences too long for the parser are put together again under the first part's root. */
function parseGoldTokens(english: English, gold: readonly ConlluSentence[]): ConlluSentence[] {
  const parsed = toConlluSentences(english.parseTokens(gold.map(({ words }) => words.map((word) => word.form))));
  let next = 0;
  return gold.map((sentence) => {
    const found: ConlluSentence['words'][number][] = [];
    let root = 0;
    while (found.length < sentence.words.length) {
      const offset = found.length;
      const part = parsed[next++]!.words;
      if (offset === 0) root = part.findIndex((word) => word.head === 0) + 1;
      for (const word of part)
        found.push({
          ...word,
          head: word.head === 0 && offset > 0 ? root : word.head + (word.head === 0 ? 0 : offset),
        });
    }
    return { ...sentence, words: found };
  });
}

function describe(scores: ParseScores): string {
  return Object.entries(scores)
    .map(([name, value]) => `${name.padEnd(10)}${value.toFixed(2).padStart(7)}`)
    .join('\n');
}
