import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddingServer } from '../models/embedding-server.ts';
import { ChatServer } from '../pipeline/events/chat-server.ts';
import { createWorld, type World } from './pawl-process.ts';

// What linking asks is in the estimate: compared with what a run of the same file really asks.

const DOCUMENTS = 40;

let world: World;
let embeddings: EmbeddingServer;
let chat: ChatServer;

beforeEach(async () => {
  world = await createWorld();
  embeddings = await EmbeddingServer.start();
  chat = await ChatServer.start();
  chat.answer = () => JSON.stringify({ title: 'A quake', summary: 'Houses fell.', causes: [] });
  const documents = Array.from({ length: DOCUMENTS }, (_, i) => ({
    id: `d${i}`,
    title: `Quake in town ${i >> 1}`,
    date: '2020-03-01',
    text: `An earthquake killed ${i} people in town number ${i >> 1} on Sunday.${' The mayor met rescuers there.'.repeat(i % 5)}`,
  }));
  await world.write('news.jsonl', documents);
});
afterEach(async () => {
  await embeddings.close();
  chat.close();
  await world.dispose();
});

const models = () => ['--embeddings', embeddings.address, '--summaries', chat.address];
const PRICES = ['--price', 'openai-compatible:made-up=2/0', '--price', 'openai-compatible:test-model=10/100'];

async function estimate(...flags: readonly string[]) {
  const { code, stdout, stderr } = await world.pawl('estimate', 'news.jsonl', '--json', ...flags);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { ...JSON.parse(stdout), stderr };
}

const bytesAsked = () => [...embeddings.asked.keys()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

test('before anything is asked, an estimate knows what linking will ask, within the bounds it gives', async () => {
  const { total, ...said } = await estimate(...models(), ...PRICES);
  expect([embeddings.requests, chat.requests.length]).toEqual([0, 0]);
  expect(said).toMatchObject({ requests: { value: 0 }, cost: { value: 0 }, spent: null, prices_as_of: null });
  expect(said.embeddings).toMatchObject({ model: embeddings.address, basis: 'prompts', seconds: null, spent: null });
  expect(said.summaries).toMatchObject({
    model: chat.address,
    basis: 'prompts',
    requests: { value: 5, low: 0, high: 20 },
  });
  expect(total.cost.value).toBeCloseTo(said.embeddings.cost.value + said.summaries.cost.value, 9);
  expect(total.requests.value).toBe(said.embeddings.requests.value + said.summaries.requests.value);

  expect((await world.pawl('run', 'news.jsonl', ...models())).code).toBe(0);
  expect(embeddings.requests).toBeGreaterThanOrEqual(said.embeddings.requests.low);
  expect(embeddings.requests).toBeLessThanOrEqual(said.embeddings.requests.high);
  expect(Math.abs(said.embeddings.input_tokens.value / (bytesAsked() / 4) - 1)).toBeLessThan(0.05);
  expect(chat.requests.length).toBeGreaterThan(0);
  expect(chat.requests.length).toBeLessThanOrEqual(said.summaries.requests.high);
  for (const { system, user } of chat.requests) {
    expect(Buffer.byteLength(system + user) / 5).toBeLessThan(said.summaries.input_tokens.high / 20);
  }
});

test('a sample is really sent: its vectors are paid for, measured, and there for the run', async () => {
  const said = await estimate('--embeddings', embeddings.address, '--sample', '20', ...PRICES);
  expect(said.stderr).toContain('Processing 20 documents of 40, which is paid for');
  const sent = embeddings.vectors;
  expect(said.embeddings).toMatchObject({ basis: 'sample', spent: { tokens: sent * 10, cost: (sent * 10 * 2) / 1e6 } });
  expect(said.embeddings.seconds.value).toBeGreaterThan(0);
  expect(said.summaries).toBeNull();
  expect((await world.pawl('run', 'news.jsonl', '--embeddings', embeddings.address)).code).toBe(0);
  const all = embeddings.vectors;
  expect(all).toBe(embeddings.answered.size);
  expect(Math.abs(said.embeddings.input_tokens.value / (all * 10) - 1)).toBeLessThan(0.2);
});

test('a model that does not answer, or for which the budget has no room, is guessed at, and that is said', async () => {
  embeddings.state = 'unauthorized';
  const refused = await estimate('--embeddings', embeddings.address, '--sample', '5');
  expect(refused.stderr).toMatch(/The sample has no vectors; what they take is guessed: HTTP 401/);
  expect(refused.embeddings).toMatchObject({ basis: 'prompts', spent: null, cost: null });
  expect(refused.total.cost).toBeNull();
  embeddings.state = 'here';
  const poor = await estimate('--embeddings', embeddings.address, '--sample', '5', '--max-tokens', '100');
  expect(poor.stderr).toMatch(/guessed: 0 of 100 tokens are used/);
  expect(embeddings.vectors).toBe(0);
});

test('what is not asked is not counted, and a model that is not there is refused', async () => {
  expect(await estimate(...models(), '--no-link')).toMatchObject({ embeddings: null, summaries: null });
  const missing = await world.pawl('estimate', 'news.jsonl', '--embeddings', 'gguf:nowhere.gguf');
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no model file') });
  const { stdout } = await world.pawl('estimate', 'news.jsonl', ...models(), ...PRICES);
  expect(stdout).toMatch(/embeddings +\d+ .* requests\n +tokens +\d.*\n +cost +\$0\.0/);
  expect(stdout).toMatch(/cost in all +\$0\.\d+ {2}\(\$/);
  expect(stdout).toContain('No language model is asked for documents');
});
