import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEnglish } from '../src/load-english.ts';
import type { EvaluateCommand } from './evaluate.ts';
import { evaluateNer, type NerReport } from './ner.ts';
import { UsageError } from './usage-error.ts';

/** Scores names on the gold tokens of an IOB2 file. */
export const nerCommand: EvaluateCommand = {
  usage: 'ner <file.iob2> [--json]',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined) throw new UsageError('Name an IOB2 file.');
    const english = await loadEnglish();
    const report = evaluateNer(readFileSync(file, 'utf8'), (words) => english.parseTokens(words));
    return values.json ? JSON.stringify(report) : describe(report);
  },
};

function describe({ by_type, ...overall }: NerReport): string {
  const rows = [...Object.entries(by_type), ['all', overall] as const];
  return rows
    .map(([label, { precision, recall, f1 }]) => {
      const numbers = [precision, recall, f1].map((value) => value.toFixed(2).padStart(8)).join('');
      return `${label.padEnd(5)}${numbers}`;
    })
    .join('\n');
}
