import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import { createLanguageModel } from '../../src/models/create-language-model.ts';
import type { LanguageModel, ModelRequest } from '../../src/models/language-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import { formatOf, ModelServer, type ModelServerOptions } from './model-server.ts';
import { PLAIN_ACCESS } from './plain-access.ts';

const request: ModelRequest = {
  system: 'Extract events.',
  user: 'Anna met Bob in Oslo.',
  schema: {
    type: 'object',
    properties: { events: { type: 'array', items: { type: 'string' } } },
    required: ['events'],
  },
  maxOutputTokens: 100,
};
const FLOW = { requestTimeoutMs: 5_000, requestsPerMinute: null, tokensPerMinute: null };
const never = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function setup(options: ModelServerOptions = {}) {
  const server = await ModelServer.start(options);
  closing.push(() => server.close());
  const model = createLanguageModel(parseModelAddress(`openai-compatible:tiny@${server.url}`), {
    ...PLAIN_ACCESS,
    flow: FLOW,
  });
  return { server, model };
}

/** What a model says to a request that one HTTP answer is given to, and what came to the server. */
async function oneAnswer(
  address: (url: string) => string,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    seen.push({ request: incoming, body: text });
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(
    async () => void server.close(),
    async () => server.closeAllConnections(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const keys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'MISTRAL_API_KEY'];
  const environment = Object.fromEntries(keys.map((key) => [key, 'sk-secret']));
  const model = createLanguageModel(parseModelAddress(address(url)), { ...PLAIN_ACCESS, environment, flow: FLOW });
  return { model, seen };
}

function ask(model: LanguageModel, signal = never) {
  return model.ask(request, signal, UNATTENDED_CALL);
}

async function failureOf(model: LanguageModel): Promise<StageError> {
  return ask(model).then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => {
      if (!(error instanceof StageError)) throw error;
      return error;
    },
  );
}

const chat = (message: object, finish = 'stop') => ({
  id: 'x',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  usage: { prompt_tokens: 30, completion_tokens: 7, total_tokens: 37 },
});

/** How each provider is spoken to and how it answers. */
const PROVIDERS = {
  openai: {
    path: '/api/chat/completions',
    key: ['authorization', 'Bearer sk-secret'],
    answer: chat({ content: '{"events":[]}' }),
  },
  mistral: {
    path: '/api/chat/completions',
    key: ['authorization', 'Bearer sk-secret'],
    answer: { ...chat({ content: '{"events":[]}' }), object: 'chat.completion' },
  },
  anthropic: {
    path: '/api/messages',
    key: ['x-api-key', 'sk-secret'],
    answer: {
      type: 'message',
      id: 'x',
      model: 'm',
      role: 'assistant',
      content: [{ type: 'text', text: '{"events":[]}' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 30, output_tokens: 7 },
    },
  },
  google: {
    path: '/api/models/m:generateContent',
    key: ['x-goog-api-key', 'sk-secret'],
    answer: {
      candidates: [{ content: { role: 'model', parts: [{ text: '{"events":[]}' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 30, candidatesTokenCount: 7, totalTokenCount: 37 },
    },
  },
} as const;

describe('a language model behind an API', () => {
  test.each(Object.entries(PROVIDERS))(
    'of %s is asked at its address, with its key, for its schema',
    async (name, spoken) => {
      const { model, seen } = await oneAnswer((url) => `${name}:m@${url}`, 200, spoken.answer);
      expect(await ask(model)).toMatchObject({
        text: '{"events":[]}',
        finish: 'stop',
        inputTokens: 30,
        outputTokens: 7,
        cached: false,
      });
      const [{ request: sent, body }] = seen as [(typeof seen)[0]];
      expect(sent.url).toBe(spoken.path);
      expect(sent.headers[spoken.key[0]]).toBe(spoken.key[1]);
      expect(body).toContain('Anna met Bob in Oslo.');
      expect(body).toContain('Extract events.');
      expect(body).toContain('"events"');
      expect(`${model.provider} ${model.model}`).not.toContain('sk-secret');
    },
  );

  test('needs a key where its provider does, and says which', () => {
    expect(() => createLanguageModel(parseModelAddress('anthropic:m'), PLAIN_ACCESS)).toThrow(/ANTHROPIC_API_KEY/);
  });

  test.each([
    [['schema', 'tool', 'json'], ['schema']],
    [
      ['tool', 'json'],
      ['schema', 'tool'],
    ],
    [['json'], ['schema', 'tool', 'json']],
    [[], ['schema', 'tool', 'json', null]],
  ] as const)(
    'of a server that knows %j is asked in %j once, and in the last of them from then on',
    async (formats, tried) => {
      const { server, model } = await setup({ formats });
      for (let i = 0; i < 3; i++) expect(await ask(model)).toMatchObject({ text: '{"events":[]}', finish: 'stop' });
      expect(server.requests.map(formatOf)).toEqual([...tried, tried.at(-1), tried.at(-1)]);
    },
  );

  test('is told the schema in words where the server takes no other form of it', async () => {
    const { server, model } = await setup({ formats: [] });
    await ask(model);
    expect(server.requests.at(-1)?.system).toContain(JSON.stringify(request.schema));
  });

  test('is asked in another format after an answer that took no notice of this one; that answer is kept', async () => {
    const { server, model } = await setup({
      answer: (asked) => (formatOf(asked) === 'schema' ? 'Anna met Bob.' : '{"events":[]}'),
    });
    expect(await ask(model)).toMatchObject({ text: 'Anna met Bob.' });
    expect(await ask(model)).toMatchObject({ text: '{"events":[]}' });
    expect(server.requests.map(formatOf)).toEqual(['schema', 'tool']);
  });

  test.each([
    ['length', chat({ content: '{"ev' }, 'length'), 'length'],
    ['content filter', chat({ content: '' }, 'content_filter'), 'filtered'],
    ['refusal', chat({ content: null, refusal: 'I will not.' }), 'refused'],
    ['reason nobody knows', chat({ content: '{}' }, 'tired'), 'other'],
  ])('says when an answer ended by a %s', async (_, answer, finish) => {
    const { model } = await oneAnswer((url) => `openai-compatible:m@${url}`, 200, answer);
    expect((await ask(model)).finish).toBe(finish);
  });

  test.each([
    [401, 'Incorrect API key provided', 'unavailable', 'provider_unauthorized'],
    [402, 'Payment required', 'unavailable', 'provider_unauthorized'],
    [403, 'Forbidden', 'unavailable', 'provider_unauthorized'],
    [429, 'You exceeded your current quota: insufficient_quota', 'unavailable', 'provider_unauthorized'],
    [404, 'The model does not exist', 'unavailable', 'provider_unavailable'],
    [302, 'Moved', 'unavailable', 'provider_unavailable'],
    [400, "This model's maximum context length is 8192 tokens", 'permanent', 'context_too_long'],
    [413, 'Payload too large', 'permanent', 'context_too_long'],
    [400, 'content_filter', 'permanent', 'answer_filtered'],
    [422, 'No', 'permanent', 'provider_rejected'],
  ])('takes HTTP %i "%s" for %s: %s, at once', async (status, message, fault, code) => {
    const { model, seen } = await oneAnswer((url) => `openai-compatible:m@${url}`, status, { error: { message } });
    expect(await failureOf(model)).toMatchObject({ fault, code });
    expect(seen).toHaveLength(1);
  });

  test('says so when nobody is there', async () => {
    const { server, model } = await setup();
    await server.leave();
    expect(await failureOf(model)).toMatchObject({
      fault: 'unavailable',
      code: 'provider_unavailable',
      message: expect.stringMatching(/No answer from http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/),
    });
  });

  test('does not follow a redirect: a document goes to the server that was named', async () => {
    const elsewhere = await ModelServer.start();
    closing.push(() => elsewhere.close());
    const { model } = await oneAnswer((url) => `openai-compatible:m@${url}`, 307, '', {
      location: `${elsewhere.url}/chat/completions`,
    });
    expect((await failureOf(model)).fault).toBe('unavailable');
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('reads no answer larger than can be held', async () => {
    const { model } = await oneAnswer((url) => `openai-compatible:m@${url}`, 413, 'x'.repeat(40 * 1024 * 1024));
    expect((await failureOf(model)).rawAnswer?.length ?? 0).toBeLessThan(100_000);
  });

  test('hands on the reason of its signal when it is aborted', async () => {
    const { model } = await setup({ latencyMs: () => 60_000 });
    const control = new AbortController();
    const asked = ask(model, control.signal);
    const reason = new Error('enough');
    setTimeout(() => control.abort(reason), 30);
    await expect(asked).rejects.toBe(reason);
  });

  test('is probed past every queue: alive when it answers, also with a refusal of the probe', async () => {
    const { server, model } = await setup();
    await model.probe(never);
    server.state = 'unauthorized';
    await expect(model.probe(never)).rejects.toMatchObject({ code: 'provider_unauthorized' });
    const refusing = await oneAnswer((url) => `openai-compatible:m@${url}`, 422, { error: { message: 'No' } });
    await refusing.model.probe(never);
  });
});
