import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from './pawl-process.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  await world.write('news.jsonl', [{ id: 'a', text: 'Rain fell in Bergen.' }]);
  await world.write('pawl.yaml', ['concurency: 8']);
});
afterAll(() => world.dispose());

describe('G11: wrong use ends with exit code 2, one sentence, what to do, and nothing changed', () => {
  test.each<[string[], string]>([
    [['run', 'news.jsonl', '--concurency', '4'], "Unknown option '--concurency' (Did you mean --concurrency?)"],
    [['runn', 'news.jsonl'], "Unknown command 'runn' (Did you mean run?)"],
    [['run'], "Missing required argument 'file'"],
    [['run', 'missing.jsonl'], 'missing.jsonl'],
    [['run', 'news.jsonl', '--batch', '../evil'], '"../evil" cannot be a batch id'],
    [
      ['run', 'news.jsonl', '--time-limit', '5 parsecs'],
      '--time-limit: "5 parsecs" is not allowed; give a duration such as 90s',
    ],
    [
      ['run', 'news.jsonl', '--between', '9-5'],
      '--between: "9-5" is not allowed; give local hours such as 20:00-06:00',
    ],
    [
      ['run', 'news.jsonl', '--max-failures', 'many'],
      '--max-failures: "many" is not allowed; give a share such as 20%',
    ],
    [['run', 'news.jsonl', '--sink', 'carrier-pigeon'], 'There is no sink "carrier-pigeon"'],
    [['run', 'news.jsonl', '--events', 'oracle:delphi'], '"oracle:delphi" is no provider for events'],
    [['run', 'news.jsonl', '--pipeline', 'maybe'], 'Allowed choices are keep, replace'],
    [['run', 'news.jsonl', '--config', 'pawl.yaml'], 'there is no setting "concurency". Did you mean "concurrency"?'],
    [['run', 'news.jsonl', '--config', 'none.yaml'], 'The settings file none.yaml cannot be read'],
    [['status', 'nobody'], 'There is no batch "nobody"'],
    [['status'], 'There is no batch in ./pawl-data yet'],
    [['results', '--limit', 'few'], 'Give a whole number'],
    [['monitor', '--interval', '0'], 'Give seconds from 0.1'],
    [['set', 'concurrency'], 'Give at least one key=value'],
    [['set', 'colour=red'], 'There is no setting "colour"'],
    [['set', 'time_limit=2h'], 'Did you mean "time-limit"?'],
    [['set', 'events=builtin'], 'events is part of the pipeline'],
    [['completion', 'powershell'], 'Allowed choices are bash, zsh, fish'],
  ])('pawl %j', async (args, sentence) => {
    const { code, stdout, stderr } = await world.pawl(...args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^pawl: .+\n {6}.+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    await expect(access(join(world.folder, 'pawl-data'))).rejects.toThrow();
  });

  test('with --json the error is the one JSON value', async () => {
    const { code, stdout, stderr } = await world.pawl('status', 'nobody', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'unknown_batch',
        message: expect.stringContaining('There is no batch "nobody"'),
        remedy: expect.stringContaining('pawl list'),
      },
    });
    expect(stderr).toContain('There is no batch "nobody"');
  });

  test('the stack is shown only to those who ask for it', async () => {
    expect((await world.pawl('status', 'nobody')).stderr).not.toMatch(/\n\s+at /);
    const curious = await createWorld({ PAWL_DEBUG: '1' });
    expect((await curious.pawl('status', 'nobody')).stderr).toMatch(/\n\s+at /);
    await curious.dispose();
  });
});

test('without a command the help is shown, as wrong use', async () => {
  const { code, stdout, stderr } = await world.pawl();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Work on a batch:');
});
