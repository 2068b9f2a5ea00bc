import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEnglish } from '../src/load-english.ts';
import type { EvaluateCommand } from './evaluate.ts';
import { readEventCorpus } from './event-corpus.ts';
import { evaluateTriggers, type TriggerReport } from './triggers.ts';
import { UsageError } from './usage-error.ts';

/** Scores event triggers on the gold words of a corpus in the form of ECB+. */
export const triggersCommand: EvaluateCommand = {
  usage: 'triggers <file.jsonl> [--json]',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined) throw new UsageError('Name a file of JSON lines.');
    const documents = readEventCorpus(readFileSync(file, 'utf8'));
    if (documents.length === 0) throw new UsageError(`There is no document in ${file}.`);
    const english = await loadEnglish();
    const report = evaluateTriggers(documents, (sentences) => {
      const document = english.parseTokens(sentences);
      return { document, triggers: english.triggers(document) };
    });
    return values.json ? JSON.stringify(report) : describe(report);
  },
};

function describe({ by_type, ...overall }: TriggerReport): string {
  return [...Object.entries(by_type), ['all', overall] as const]
    .map(([label, { precision, recall, f1 }]) => {
      const numbers = [precision, recall, f1].map((value) => value.toFixed(2).padStart(8)).join('');
      return `${label.padEnd(6)}${numbers}`;
    })
    .join('\n');
}
