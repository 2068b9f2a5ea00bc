/**
 * Tokens a second of the whole pipeline beside wink-nlp and compromise, in one process on one thread, over the example
 * documents. Each library counts its own tokens; the ratio is of texts a second, which all share. Time is that of the
 * processor, so that other work on the machine counts little.
 * Run: `npm run -s bench:nlp -- [documents.jsonl] [--json]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import compromise from 'compromise';
import winkModel from 'wink-eng-lite-web-model';
import winkNlp from 'wink-nlp';
import { type Document, loadEnglish } from '../packages/nlp/src/index.ts';

/** Analyses one text and returns how many tokens it has. */
type Analyze = (text: string) => number;

interface Measurement {
  readonly name: string;
  readonly does: string;
  readonly tokens_per_second: number;
  /** Texts a second relative to wink-nlp in the same run. */
  readonly ratio: number;
}

const ROUNDS = 5;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const file = positionals[0] ?? join(import.meta.dirname, '..', 'examples', 'news.jsonl');
const texts = readTexts(file);
const started = performance.now();
const english = await loadEnglish();
const loadMilliseconds = Math.round(performance.now() - started);
const wink = winkNlp(winkModel);

const results = measureAll([
  {
    name: 'wink-nlp',
    does: 'tokens, sentences, UPOS, entities',
    analyze: (text) => {
      const document = wink.readDoc(text);
      document.entities().out();
      return document.tokens().out(wink.its.pos).length;
    },
  },
  {
    name: 'compromise',
    does: 'tokens, sentences, tags, names',
    analyze: (text) => {
      const document = compromise(text);
      document.people().json();
      return document.termList().length;
    },
  },
  {
    name: '@pawl/nlp',
    does: 'tokens, sentences, UPOS, XPOS, lemmas, dependency trees, entities',
    analyze: (text) => tokensOf(english.parse(text)),
  },
  {
    name: 'with events',
    does: 'the same, triplets and event triggers',
    analyze: (text) => {
      const document = english.parse(text);
      english.triplets(document);
      english.triggers(document);
      return tokensOf(document);
    },
  },
]);
console.log(values.json ? JSON.stringify({ load_ms: loadMilliseconds, results }) : describe(results));

function tokensOf({ sentences }: Document): number {
  return sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

function readTexts(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { cleaned_text, original_text, text } = JSON.parse(line) as Record<string, unknown>;
      return String(cleaned_text ?? original_text ?? text ?? '');
    });
}

/** Measures in turns, so that all meet the same state of the machine; the best round counts. */
function measureAll(entries: readonly { name: string; does: string; analyze: Analyze }[]): Measurement[] {
  const best = entries.map(() => ({ seconds: Infinity, tokens: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    entries.forEach(({ analyze }, i) => {
      const from = process.cpuUsage();
      const tokens = texts.reduce((sum, text) => sum + analyze(text), 0);
      const { user, system } = process.cpuUsage(from);
      const seconds = (user + system) / 1e6;
      if (seconds < best[i]!.seconds) best[i] = { seconds, tokens };
    });
  }
  return entries.map(({ name, does }, i) => ({
    name,
    does,
    tokens_per_second: Math.round(best[i]!.tokens / best[i]!.seconds),
    ratio: Math.round((100 * best[0]!.seconds) / best[i]!.seconds) / 100,
  }));
}

function describe(measurements: readonly Measurement[]): string {
  const rows = measurements.map(
    ({ name, does, tokens_per_second, ratio }) =>
      `${name.padEnd(12)}${String(tokens_per_second).padStart(9)} tokens/s${ratio.toFixed(2).padStart(8)}x  ${does}`,
  );
  return [
    `@pawl/nlp loads in ${loadMilliseconds} ms; best of ${ROUNDS} rounds over ${texts.length} documents`,
    ...rows,
  ].join('\n');
}
