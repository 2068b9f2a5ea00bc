import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLlamaInstalled } from '../../src/models/gguf/llama-library.ts';
import { seededRandom } from '../crash/random.ts';
import { EmbeddingServer } from '../models/embedding-server.ts';
import { tinyEmbeddingGguf } from '../models/tiny-embedding-gguf.ts';
import { tinyGguf } from '../models/tiny-gguf.ts';
import { ChatServer } from '../pipeline/events/chat-server.ts';
import { createWorld, type World } from './pawl-process.ts';

/** Two documents that tell one story in different words, by a user who names models for linking. */
let world: World;
let embeddings: EmbeddingServer;
let chat: ChatServer;

const TEXTS = [
  'An earthquake flattened homes in a coastal town. Rescuers dug for survivors.',
  'Last night the tremor levelled dwellings of one seaside village; helpers combed ruins to find the living.',
];

beforeAll(async () => {
  world = await createWorld();
  embeddings = await EmbeddingServer.start();
  chat = await ChatServer.start();
  chat.answer = () => JSON.stringify({ title: 'A quake by the sea', summary: 'Houses fell.', causes: [] });
  const lines = TEXTS.map((text, i) => ({ document_id: `d${i}`, text, date: '2020-03-01' }));
  await world.write('news.jsonl', lines);
});
afterAll(async () => {
  await embeddings.close();
  chat.close();
  await world.dispose();
});

test('a run whose models refuse ends, says what its storylines lack and what brings it; that does bring it', async () => {
  embeddings.state = 'unauthorized';
  const models = ['--embeddings', embeddings.address, '--summaries', chat.address];
  const run = await world.pawl('run', 'news.jsonl', ...models);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/storylines +0 +without embeddings by made-up \(HTTP 401: .*\): pawl link tries again/);
  const before = JSON.parse((await world.pawl('status', '--json')).stdout);
  expect(before.storylines).toMatchObject({ found: 0, settled: true, missing: expect.stringContaining('made-up') });
  expect((await world.pawl('history')).stdout).toContain('storylines_lack');

  embeddings.state = 'here';
  const linked = JSON.parse((await world.pawl('link', '--json')).stdout);
  expect(linked).toMatchObject({ storylines: 1, settled: true, missing: null });
  const status = JSON.parse((await world.pawl('status', '--json')).stdout);
  expect(status.storylines).toEqual({ found: 1, settled: true, missing: null });
  expect(status.usage.map(({ model }: { model: string }) => model).sort()).toEqual(['made-up', 'test-model']);
  const { stdout } = await world.pawl('storylines', '--show', 's-');
  expect(stdout).toContain('A quake by the sea');
  expect(stdout).toMatch(/written by openai-compatible http.* test-model/);
  const why = JSON.parse((await world.pawl('explain', 'link', 'd0', 'd1', '--json')).stdout);
  expect(why.documents.evidence[0]).toMatchObject({ evidence: 'meaning', value: expect.any(Number) });
  expect((await world.pawl('verify', 'pawl-data/batches/news')).code).toBe(0);
  expect((await world.pawl('doctor')).code).toBe(0);
});

test.skipIf(!isLlamaInstalled())(
  'an embedding model in a file links a batch, from anywhere and while it is there',
  async () => {
    const file = join(world.folder, 'tiny.gguf');
    writeFileSync(file, tinyEmbeddingGguf(seededRandom(7)));
    const run = await world.pawl('run', 'news.jsonl', '--batch', 'local', '--embeddings', 'gguf:tiny.gguf');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/storylines +1\n/) });
    const status = JSON.parse((await world.pawl('status', 'local', '--json')).stdout);
    expect(status.usage).toMatchObject([{ provider: 'gguf', model: expect.stringMatching(/^tiny\.gguf [0-9a-f]+$/) }]);
    const into = ['link', 'local', '--into', 'both', '--json'] as const;
    expect((await world.pawl(...into)).code).toBe(0);
    await world.pawl('set', 'both', `embeddings=gguf:${file}`);
    expect(JSON.parse((await world.pawl(...into)).stdout)).toMatchObject({ storylines: 1, settled: true });
    renameSync(file, `${file}.gone`);
    const gone = await world.pawl('link', 'local');
    expect(gone).toMatchObject({ code: 2, stderr: expect.stringMatching(/There is no model file .*tiny\.gguf/) });
  },
);

test('a model that is none is refused before anything is done', async () => {
  writeFileSync(join(world.folder, 'chat.gguf'), tinyGguf(seededRandom(7)));
  for (const [flag, value, said] of [
    ['--embeddings', 'anthropic:claude', /--embeddings: "anthropic:claude" is not allowed; give /],
    ['--embeddings', 'gguf:', /--embeddings: "gguf:" is not allowed; give .*gguf:FILE/],
    ['--embeddings', 'gguf:nowhere.gguf', /There is no model file/],
    ['--embeddings', 'gguf:news.jsonl', /is no GGUF model: it does not begin with GGUF/],
    ['--embeddings', 'gguf:chat.gguf', /is no embedding model: it is a llama/],
    ['--summaries', 'builtin', /--summaries: "builtin" is not allowed; give /],
    ['--summaries', 'gguf:nowhere.gguf', /There is no model file/],
  ] as const) {
    const { code, stderr } = await world.pawl('submit', 'news.jsonl', '--batch', 'other', flag, value);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  }
  expect((await world.pawl('list', '--json')).stdout).not.toContain('other');
});
