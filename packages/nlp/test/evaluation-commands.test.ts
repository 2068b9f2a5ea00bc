import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nerCommand } from '../evaluation/ner-command.ts';
import { parseCommand } from '../evaluation/parse-command.ts';
import { triggersCommand } from '../evaluation/triggers-command.ts';
import { writeConllu } from '../src/index.ts';
import { tinyTreebank } from './tiny-treebank.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-evaluation-'));
  writeFileSync(join(folder, 'trees.conllu'), writeConllu(tinyTreebank(1)));
  writeFileSync(join(folder, 'names.iob2'), '1\tAnna\tB-PER\t-\t-\n2\tslept\tO\t-\t-\n\n');
  const mentions = [{ type: 'ACTION_OCCURRENCE', sentence: 0, tokens: [1] }];
  const line = JSON.stringify({ sentences: [['They', 'resigned', '.']], checked_sentences: [0], mentions });
  writeFileSync(join(folder, 'events.jsonl'), `${line}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['parse', parseCommand, ['trees.conllu'], ['tokens', 'sentences', 'upos', 'xpos', 'uas', 'las']],
  ['parse', parseCommand, ['trees.conllu', '--gold-tokens'], ['tokens', 'sentences', 'upos', 'xpos', 'uas', 'las']],
  ['ner', nerCommand, ['names.iob2'], ['precision', 'recall', 'f1', 'by_type']],
  ['triggers', triggersCommand, ['events.jsonl'], ['precision', 'recall', 'f1', 'by_type']],
])(
  'evaluate %s of any file prints exactly the fields of its contract, in percent',
  async (_, command, [file = '', ...flags], fields) => {
    const printed = JSON.parse(await command.run([join(folder, file), ...flags, '--json'])) as Record<string, unknown>;
    expect(Object.keys(printed)).toEqual(fields);
    const numbers = Object.values(printed).filter((value) => typeof value === 'number');
    expect(numbers.length).toBeGreaterThanOrEqual(3);
    expect(numbers.every((value) => value > 1 && value <= 100)).toBe(true);
  },
);
