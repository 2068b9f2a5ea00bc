import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChatServer } from '../pipeline/events/chat-server.ts';
import { createWorld, type Ended, type World } from './pawl-process.ts';

/** One batch by a model that misbehaves by document: it finds nothing, refuses, or answers; what fails goes to the patterns. */
let world: World;
let server: ChatServer;
let run: Ended;

const TEXTS = {
  good: 'Rebels attacked the town of Goma on Monday.',
  silent: 'Police arrested two men in Oslo on Friday.',
  refused: 'The minister resigned on Tuesday after talks in Paris.',
  hostile: 'Nothing \u001b[31mred\u202e here.',
};

beforeAll(async () => {
  world = await createWorld();
  server = await ChatServer.start();
  server.answer = ({ user }) => {
    if (user.includes(TEXTS.refused)) return { content: '', refusal: 'I will not.' };
    if (!user.includes(TEXTS.good)) return '{"events": []}';
    const claim = {
      event_type: 'conflict_attack',
      trigger: 'attacked',
      arguments: [{ role: 'agent', text: 'Martians' }],
    };
    return JSON.stringify({ events: [{ ...claim, domain: 'geopolitical_conflict' }] });
  };
  const lines = Object.entries(TEXTS).map(([document_id, text]) => ({ document_id, text, title: `On ${document_id}` }));
  await world.write('news.jsonl', lines);
  run = await world.pawl('run', 'news.jsonl', '--events', `${server.address},builtin`);
});
afterAll(async () => {
  server.close();
  await world.dispose();
});

async function result(documentId: string) {
  return JSON.parse((await world.pawl('results', '--document', documentId)).stdout);
}

describe('a batch by a language model', () => {
  test('says who did each document, what was dropped, and who was passed over', async () => {
    expect(run.code).toBe(0);
    const good = await result('good');
    expect(good.events).toMatchObject([
      { event_type: 'conflict_attack', trigger: { text: 'attacked' }, arguments: [] },
    ]);
    expect(good.processing_metadata.stages.events).toMatchObject({
      model: 'test-model',
      tokens: 110,
      dropped: { triggers: 0, arguments: 1 },
    });
    const refused = await result('refused');
    expect(refused.events.map(({ event_type }: { event_type: string }) => event_type)).toContain(
      'personnel_end_position',
    );
    expect(refused.processing_metadata.stages.events).toMatchObject({
      provider: 'builtin',
      tokens: 110,
      passed_over: [{ model: 'test-model', code: 'answer_refused' }],
    });
  });

  test('lists the results that are to be doubted, and counts them as processed', async () => {
    const { stdout, stderr, code } = await world.pawl('failed', '--suspicious');
    expect(code).toBe(0);
    expect(stdout).toBe('? silent  events: no events, though the text says "arrested"\n');
    expect(stderr).toContain('1 document processed, with a result to be doubted.');
    const listed = JSON.parse((await world.pawl('failed', '--suspicious', '--json')).stdout);
    expect(listed).toMatchObject([{ document_id: 'silent', source: { name: 'news.jsonl', line: 2 } }]);
    expect((await world.pawl('failed', '--json')).stdout).toBe('[]\n');
  });

  test('is shown in status with its whole chain', async () => {
    const { stages } = JSON.parse((await world.pawl('status', '--json')).stdout);
    expect(stages.at(-1).provider).toMatch(
      /^openai-compatible http:\/\/127\.0\.0\.1:\d+\/v1 test-model, else builtin /,
    );
  });
});

describe('pawl prompt', () => {
  test('prints word for word what was asked about a document', async () => {
    const [shown] = JSON.parse((await world.pawl('prompt', 'good', '--json')).stdout);
    const asked = server.requests.find(({ user }) => user.includes(TEXTS.good));
    expect(shown).toMatchObject({ system: asked?.system, user: asked?.user, max_output_tokens: 4096 });
    expect(asked?.body).toMatchObject({ response_format: { json_schema: { schema: shown.schema } } });
    expect(asked?.user).toContain('Title: On good\n');
  });

  test('asks nobody, and lets no document steer the terminal', async () => {
    const before = server.requests.length;
    const { stdout, code } = await world.pawl('prompt', 'hostile');
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing \\x1b[31mred\\u202e here.');
    expect(stdout).not.toContain('\u001b');
    expect(server.requests).toHaveLength(before);
  });

  test('shows what a prompt and a taxonomy of one’s own change, for any text', async () => {
    expect((await world.pawl('prompt', '--copy-to', 'mine')).code).toBe(0);
    expect((await world.pawl('prompt', '--copy-to', 'mine')).code).toBe(2);
    const own = join(world.folder, 'mine', 'document.md');
    expect(await readFile(own, 'utf8')).toContain('{{text}}');
    await world.write('mine/document.md', ['Report {{mark}}: {{text}}']);
    await world.write('mine.yaml', ['event_types:', '  product_recall: a product is called back', 'roles: [maker]']);
    const flags = ['--prompt', 'mine', '--taxonomy', 'mine.yaml'];
    const { stdout } = await world.pawl('prompt', '--text', 'Acme recalled a kettle.', ...flags, '--json');
    const [request] = JSON.parse(stdout);
    expect(request.user).toMatch(/^Report [0-9a-f]{16}: Acme recalled a kettle\.$/);
    expect(request.system).toContain('- `product_recall`: a product is called back');
    expect(request.system).not.toContain('conflict_attack');
    expect(request.schema.properties.events.items.properties.event_type.enum).toEqual(['product_recall']);
  });

  test.each([
    ['no document', [], /Name a document of the batch/],
    ['an unknown document', ['nobody'], /no document "nobody"/],
    ['a missing file', ['--file', 'nowhere.txt'], /nowhere\.txt cannot be read/],
    ['a prompt that is no folder', ['--text', 'x', '--prompt', 'nowhere'], /no folder/],
    ['a taxonomy that is none', ['--text', 'x', '--taxonomy', 'news.jsonl'], /not valid|neither YAML nor JSON/],
  ])('%s is answered in one sentence', async (_, args, message) => {
    const { code, stdout, stderr } = await world.pawl('prompt', ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  test('a taxonomy may hold any names, and says in one line what is wrong with it', async () => {
    await world.write('odd.yaml', ['event_types:', '  constructor: somebody builds', '  toString:']);
    const { stdout } = await world.pawl('prompt', '--text', 'x', '--taxonomy', 'odd.yaml');
    expect(stdout).toContain('- `constructor`: somebody builds\n- `toString`\n');
    await world.write('odd.yaml', ['event_types: [a, a]', 'roles: ["b c"]', 'colour: red']);
    const { stderr } = await world.pawl('prompt', '--text', 'x', '--taxonomy', 'odd.yaml');
    expect(stderr).toMatch(
      /odd\.yaml is not valid: event_types holds a name twice; roles\.0 is no name.*; the file Unrecognized key: "colour"\./,
    );
  });

  test('a template that nothing fills, or without the text, is refused', async () => {
    await world.write('mine/document.md', ['{{text}} {{author}}']);
    expect((await world.pawl('prompt', '--text', 'x', '--prompt', 'mine')).stderr).toMatch(
      /\{\{author\}\}, which nothing fills/,
    );
    await world.write('mine/document.md', ['Hello.']);
    expect((await world.pawl('prompt', '--text', 'x', '--prompt', 'mine')).stderr).toMatch(/lacks \{\{text\}\}/);
  });
});

test('a batch whose prompt changed is done again only where that is asked for, and only its events', async () => {
  await world.write('mine/document.md', ['Now: {{text}}']);
  const events = ['--events', `${server.address},builtin`];
  const refused = await world.pawl('run', 'news.jsonl', ...events, '--prompt', 'mine');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--pipeline keep');
  const before = await result('good');
  server.requests.length = 0;
  await world.pawl('run', 'news.jsonl', ...events, '--prompt', 'mine', '--pipeline', 'replace');
  expect(server.requests.every(({ user }) => user.startsWith('Now: '))).toBe(true);
  const after = await result('good');
  expect(after.processing_metadata.stages.entities).toEqual(before.processing_metadata.stages.entities);
});
