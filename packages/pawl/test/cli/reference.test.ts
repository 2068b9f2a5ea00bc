import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cli } from '../../src/cli/cli.ts';
import { commandShapes } from '../../src/cli/completion/command-shape.ts';
import { completionScript } from '../../src/cli/completion/completion-script.ts';
import { cliReference } from '../../src/cli/docs/cli-reference.ts';
import { errorsReference } from '../../src/cli/docs/errors-reference.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createWorld, type World } from './pawl-process.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const program = createProgram(new Cli());

test('docs/CLI.md is what the commands say of themselves (else: npm run docs)', async () => {
  expect(await readFile(new URL('CLI.md', DOCS), 'utf8')).toBe(cliReference(createProgram(new Cli())));
});

test('docs/ERRORS.md is the error catalogue (else: npm run docs)', async () => {
  expect(await readFile(new URL('ERRORS.md', DOCS), 'utf8')).toBe(errorsReference());
});

test('every command says what it does, with an example', () => {
  for (const command of program.commands) {
    expect(command.description(), command.name()).toMatch(/\.$/);
    expect(command.summary(), command.name()).toMatch(/[^.]$/);
  }
  const reference = cliReference(createProgram(new Cli()));
  for (const section of reference.split('\n## pawl ').slice(1)) expect(section).toMatch(/\nExamples?:\n {2}\S/);
});

describe('completion in bash', () => {
  let world: World;
  const script = completionScript('bash', commandShapes(program));
  const complete = (...words: string[]) =>
    execFileSync(
      'bash',
      [
        '-c',
        `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pawl; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      { cwd: world.folder, encoding: 'utf8' },
    )
      .split('\n')
      .filter((word) => word !== '');

  beforeAll(async () => {
    world = await createWorld();
    await world.command('mkdir', '-p', 'pawl-data/batches/news', 'pawl-data/batches/night');
  });
  afterAll(() => world.dispose());

  test('offers commands, flags, batches and choices', () => {
    expect(complete('pawl', 're')).toEqual(['resume', 'retry', 'results', 'receipt']);
    expect(complete('pawl', 'status', '--')).toEqual(['--checkpoint', '--json', '--data', '--help']);
    expect(complete('pawl', 'status', 'n')).toEqual(['news', 'night']);
    expect(complete('pawl', 'run', 'x.jsonl', '--pipeline', '')).toEqual(['keep', 'replace']);
    expect(complete('pawl', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });
});

test('the completion scripts of all shells name every command', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const script = completionScript(shell, commandShapes(program));
    for (const { name } of commandShapes(program)) expect(script, shell).toContain(name);
  }
});
