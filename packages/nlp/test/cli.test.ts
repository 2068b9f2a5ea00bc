import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const BIN = join(import.meta.dirname, '..', 'bin', 'pawl-nlp.mjs');

/** Runs the command line as a user does. */
function run(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { input, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe('pawl-nlp', () => {
  test('prints a tree as a table, words of arguments put together', () => {
    const { code, stdout, stderr } = run(['parse', 'The', 'dog', 'sleeps.']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.split(/\s+/))).toEqual([
      ['1', 'The', 'the', 'DET', 'DT', '2', 'det'],
      ['2', 'dog', 'dog', 'NOUN', 'NN', '3', 'nsubj'],
      ['3', 'sleeps', 'sleep', 'VERB', 'VBZ', '0', 'root'],
      ['4', '.', '.', 'PUNCT', '.', '3', 'punct'],
      [''],
    ]);
  });

  test('reads back what it prints as JSON and as CoNLL-U, and draws it', () => {
    const text = "She didn't leave. He did.";
    const drawn = run(['parse', '--svg'], text).stdout;
    expect(drawn.match(/<svg /g)).toHaveLength(2);
    expect(run(['parse', '--svg', '--from', 'json'], run(['parse', '--json', text]).stdout).stdout).toBe(drawn);
    expect(run(['parse', '--svg', '--from', 'conllu', '-'], run(['parse', '--conllu', text]).stdout).stdout).toBe(
      drawn,
    );
  }, 30_000);

  test('finds entities against the date of the document, triplets and triggers', () => {
    const text = 'Anna Berg must not meet Tom Hill in Oslo yesterday.';
    const entities = JSON.parse(run(['entities', '--json', '--date', '2024-05-08', text]).stdout);
    expect(entities.map(({ normalizedForm }: { normalizedForm: string }) => normalizedForm)).toEqual([
      'Anna Berg',
      'Tom Hill',
      'Oslo',
      '2024-05-07',
    ]);
    expect(run(['triplets'], text).stdout).toMatch(/^Anna Berg +must not meet +Tom Hill +negated, must\n/);
    expect(run(['triggers'], text).stdout).toMatch(/^meet +0\.\d{3}\n/);
  }, 30_000);

  test('prints nothing that steers a terminal', () => {
    const { stdout, code } = run(['parse'], 'A \u001b[31mred\u202e dog.');
    expect(code).toBe(0);
    expect(stdout).toContain('\\u001b');
    // Escape and right-to-left override.
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  test.each([
    [[], 'Name a command of: parse, entities'],
    [['parse', '--svg', '--json', 'x'], 'Choose one of --json, --svg.'],
    [['triplets', '--conllu', 'x'], '--conllu prints trees'],
    [['parse', '--from', 'xml', 'x'], 'use one of: text, conllu, json'],
    [['parse', '--date', 'may', 'x'], 'write it as 2024-05-08'],
    [['parse', '--from', 'json', '{}'], 'document.text must be'],
    [['parse', '--from', 'json', '{'], 'JSON'],
    [['parse', '--colour', 'x'], '--colour'],
  ])('refuses %j in one sentence', (args, message) => {
    const { code, stdout, stderr } = run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('--help says what there is', () => expect(run(['--help']).stdout).toMatch(/^Usage: pawl-nlp /));
});
