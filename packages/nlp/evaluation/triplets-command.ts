import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ConlluSentence, readConllu } from '../src/conllu/conllu.ts';
import type { Sentence, Triplet, Upos } from '../src/document.ts';
import type { English } from '../src/english.ts';
import { loadEnglish } from '../src/load-english.ts';
import { extractTriplets } from '../src/triplets/extract-triplets.ts';
import type { EvaluateCommand } from './evaluate.ts';
import { type ScoredSpan, SpanF1, type SpanScores } from './span-f1.ts';
import { UsageError } from './usage-error.ts';

/** What `evaluate triplets` prints. */
interface TripletReport extends SpanScores {
  /** Mean distance between confidence and share of right triplets over tenths of confidence, weighted (Naeini et al. 2015). */
  readonly calibration_error: number;
}

const spansOf = ({ subject, action, object }: Triplet): string =>
  [subject, action, object].map((phrase) => `${phrase.start}-${phrase.end}`).join(' ');

/** A triplet as a label without bounds, to be matched as a whole. */
const asSpan = (triplet: Triplet): ScoredSpan => ({ first: 0, last: 0, label: spansOf(triplet) });

/** The same tokens with the tags and tree of the treebank. */
function withGoldTree(sentence: Sentence, { words }: ConlluSentence): Sentence {
  const tokens = sentence.tokens.map((token, i) => {
    const { upos, xpos, head, deprel } = words[i]!;
    return { ...token, upos: upos as Upos, xpos, head: head - 1, deprel };
  });
  return { ...sentence, tokens };
}

function expectedCalibrationError(outcomes: readonly { confidence: number; right: boolean }[]): number {
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0 }));
  for (const { confidence, right } of outcomes) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  const distance = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0);
  return outcomes.length === 0 ? 0 : Math.round((1000 * distance) / outcomes.length) / 1000;
}

/** Triplets of the parser's trees against those of the gold trees, whole phrases and all three of them. */
function compareTriplets(english: English, gold: readonly ConlluSentence[]): TripletReport {
  const score = new SpanF1();
  const outcomes: { confidence: number; right: boolean }[] = [];
  for (const reference of gold) {
    const { text, sentences } = english.parseTokens([reference.words.map((word) => word.form)]);
    if (sentences.length !== 1) continue;
    const wanted = extractTriplets(text, [withGoldTree(sentences[0]!, reference)]);
    const found = extractTriplets(text, sentences);
    const right = new Set(wanted.map(spansOf));
    outcomes.push(...found.map((triplet) => ({ confidence: triplet.confidence, right: right.has(spansOf(triplet)) })));
    score.add(wanted.map(asSpan), found.map(asSpan));
  }
  return { ...score.overall(), calibration_error: expectedCalibrationError(outcomes) };
}

/** Scores the triplets of parsed gold tokens against those read off a treebank's own trees. */
export const tripletsCommand: EvaluateCommand = {
  usage: 'triplets <file.conllu> [--json]',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined) throw new UsageError('Name a CoNLL-U file.');
    const report = compareTriplets(await loadEnglish(), readConllu(readFileSync(file, 'utf8')));
    if (values.json) return JSON.stringify(report);
    return Object.entries(report)
      .map(([name, value]) => `${name.padEnd(20)}${value}`)
      .join('\n');
  },
};
