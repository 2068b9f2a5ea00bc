import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatchServer } from '../models/batch-server.ts';
import { ChatServer } from '../pipeline/events/chat-server.ts';
import { createWorld, type World } from './pawl-process.ts';

// Money as a user spends it: the real command line, and a server that answers with 100 input and 10 output tokens each time.

const PRICE = 'openai-compatible:test-model=10/100'; // 0.002 dollars an answer
const ANSWER_DOLLARS = 0.002;

let world: World;
let server: ChatServer;

beforeEach(async () => {
  server = await ChatServer.start();
  world = await createWorld();
  const documents = Array.from({ length: 12 }, (_, i) => ({ id: `d${i}`, text: `Rain number ${i} fell.` }));
  await world.write('news.jsonl', documents);
});

afterEach(async () => {
  server.close();
  await world.dispose();
});

const stages = () => ['--events', server.address, '--entities', 'builtin', '--concurrency', '3'];
const status = async () => JSON.parse((await world.pawl('status', '--json')).stdout);

describe('a budget', () => {
  test('in dollars pauses before it is crossed, and setting a higher one lets the batch go on', async () => {
    const budget = ['--price', PRICE, '--max-cost', '0.15'];
    const paused = await world.pawl('run', 'news.jsonl', ...stages(), ...budget, '--max-output-tokens', '1000');
    expect(paused.code).toBe(4);
    expect(paused.stderr).toMatch(/Paused: \$\S+ of \$0\.150 are spent, and the next request may cost \$/);
    const before = await status();
    expect(before).toMatchObject({ status: 'PAUSED', reason: 'cost_budget', failed: 0 });
    expect(before.cost).toBeLessThanOrEqual(0.15);
    expect(before.cost).toBeCloseTo(server.requests.length * ANSWER_DOLLARS, 9);
    expect((await world.pawl('set', 'max-cost=10')).code).toBe(0);
    expect((await world.pawl('resume')).code).toBe(0);
    const after = await status();
    expect(after).toMatchObject({ status: 'COMPLETED', processed: 12, tokens: server.requests.length * 110 });
    expect(after.cost).toBeCloseTo(server.requests.length * ANSWER_DOLLARS, 9);
    expect(after.usage).toMatchObject([{ model: 'test-model', requests: server.requests.length, unpriced_tokens: 0 }]);
    expect((await world.pawl('doctor')).code).toBe(0);
    const { stdout } = await world.pawl('history');
    expect(stdout).toMatch(/paused.*cost_budget/);
    expect(stdout).toMatch(/run_ended.*"tokens":\d+,"cost":0\.\d+/);
    const receipt = JSON.parse((await world.pawl('receipt', '--json')).stdout);
    expect(receipt.usage).toMatchObject([
      { requests: server.requests.length, input_tokens: server.requests.length * 100 },
    ]);
    expect((await world.pawl('verify', 'pawl-data/batches/news')).code).toBe(0);
  });

  test('in dollars is refused before anything is done where the price is not known', async () => {
    const refused = await world.pawl('run', 'news.jsonl', ...stages(), '--max-cost', '5');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--price openai-compatible:test-model=INPUT/OUTPUT');
    expect(server.requests).toHaveLength(0);
    expect((await world.pawl('list', '--json')).stdout.trim()).toBe('[]');
  });

  test('in tokens needs no price, and tokens without one are said to have none', async () => {
    const done = await world.pawl('run', 'news.jsonl', ...stages(), '--max-tokens', '1000000');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/spent +[\d,]+ tokens, price not known/);
    expect(await status()).toMatchObject({ cost: null, tokens: server.requests.length * 110 });
    const monitor = await world.pawl('monitor');
    expect(monitor.stdout).toMatch(/\| Spent: [\d,]+ tokens, price not known/);
  });
});

describe('an estimate', () => {
  test('asks nothing, needs no key, and knows the prompts', async () => {
    const { stdout, code } = await world.pawl('estimate', 'news.jsonl', '--events', 'openai:gpt-4o-mini', '--json');
    expect(code).toBe(0);
    const estimate = JSON.parse(stdout);
    expect(estimate).toMatchObject({ documents: 12, basis: 'prompts', spent: null, requests: { value: 12 } });
    expect(estimate.input_tokens.value).toBeGreaterThan(12 * 500); // the instructions alone
    expect(estimate.cost.low).toBeLessThan(estimate.cost.high);
    expect((await world.pawl('list', '--json')).stdout.trim()).toBe('[]');
  });

  test('from a sample pays for the sample alone, and is right about a batch like this', async () => {
    const flags = [...stages(), '--price', PRICE];
    const { stdout, stderr } = await world.pawl('estimate', 'news.jsonl', '--sample', '10', '--json', ...flags);
    expect(stderr).toContain('Processing 10 documents of 12, which is paid for');
    const estimate = JSON.parse(stdout);
    const asked = server.requests.length;
    expect(estimate).toMatchObject({ basis: 'sample', sampled_documents: 10, spent: { tokens: asked * 110 } });
    expect(estimate.cost.value).toBeCloseTo(1.2 * asked * ANSWER_DOLLARS, 3);
    expect(estimate.cost.low).toBeLessThanOrEqual(estimate.cost.value);
    expect(estimate.seconds.value).toBeGreaterThan(0);
    expect((await world.pawl('list', '--json')).stdout.trim()).toBe('[]');
    expect((await world.pawl('run', 'news.jsonl', ...flags)).code).toBe(0);
    expect((await status()).tokens).toBe((asked / 10) * 2 * 110); // of the two that were not in the sample
  });

  test('keeps to the budget', async () => {
    const flags = [...stages(), '--price', PRICE, '--max-cost', '0.001'];
    const { stderr, stdout } = await world.pawl('estimate', 'news.jsonl', '--sample', '6', '--json', ...flags);
    expect(stderr).toMatch(/The sample ended early: .*the next request may cost/);
    expect(server.requests).toHaveLength(0);
    expect(JSON.parse(stdout)).toMatchObject({ cost: null, sampled_documents: 0 });
  });

  test.each([
    [['estimate', 'nothing.jsonl'], /nothing\.jsonl/],
    [['estimate', 'news.jsonl', '--sample', '0'], /whole number from 1/],
    [['estimate', 'news.jsonl', '--events', 'openai'], /openai/],
  ])('%j is wrong use', async (args, message) => {
    const { code, stderr } = await world.pawl(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('counts documents of any number with little memory, and lines that are none', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => ({ id: `d${i}`, text: `Rain ${i}.` }));
    await world.write('many.jsonl', [...lines, 'not json', '', { id: 'empty' }]);
    const { stdout } = await world.pawl('estimate', 'many.jsonl', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ documents: 3_000, rejected_lines: 2, cost: { value: 0 } });
  });
});

describe("a provider's batch API", () => {
  let provider: BatchServer;

  beforeEach(async () => {
    provider = await BatchServer.start(1);
    provider.answer = () => ({ events: [] });
    await world.dispose();
    world = await createWorld({ OPENAI_API_KEY: 'key', ANTHROPIC_API_KEY: 'key' });
    const documents = Array.from({ length: 12 }, (_, i) => ({ id: `d${i}`, text: `Rain number ${i} fell.` }));
    await world.write('news.jsonl', documents);
  });

  afterEach(() => provider.close());

  test.each(['openai', 'anthropic'])(
    'of %s answers a batch at half the price, and its answers are kept',
    async (name) => {
      const flags = ['--events', `${name}:m@${provider.baseUrl}`, '--llm-batch', '1h', '--price', `${name}:m=10/100`];
      const { code } = await world.pawl('run', 'news.jsonl', ...flags);
      expect(code).toBe(0);
      const { usage, cost, processed } = await status();
      expect(processed).toBe(12);
      expect(cost).toBeCloseTo((usage[0].requests * ANSWER_DOLLARS) / 2, 9);
      const handedIn = provider.batches.size;
      expect((await world.pawl('run', 'news.jsonl', '--batch', 'again', ...flags)).code).toBe(0);
      expect(await status()).toMatchObject({ batch_id: 'again', processed: 12, tokens: 0, cost: 0 });
      expect(provider.batches.size).toBe(handedIn);
      expect(provider.violations).toEqual([]);
      expect(provider.liveRequests).toBe(0);
    },
  );

  test('is said not to be there where a provider has none, before anything is done', async () => {
    const refused = await world.pawl('run', 'news.jsonl', ...stages(), '--llm-batch', '1h');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/openai-compatible:test-model has no batch API/);
    expect((await world.pawl('list', '--json')).stdout.trim()).toBe('[]');
  });
});
