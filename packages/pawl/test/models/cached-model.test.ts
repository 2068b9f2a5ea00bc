import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { CachedModel } from '../../src/models/answers/cached-model.ts';
import { ThreadedAnswerCache } from '../../src/models/answers/sqlite/threaded-answer-cache.ts';
import { createLanguageModel } from '../../src/models/create-language-model.ts';
import type { LanguageModel, ModelRequest } from '../../src/models/language-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import { ModelServer, type ModelServerOptions } from './model-server.ts';
import { PLAIN_ACCESS } from './plain-access.ts';

const request: ModelRequest = {
  system: 'Extract.',
  user: 'Rain fell.',
  schema: { type: 'object' },
  maxOutputTokens: 50,
};
const FLOW = { requestTimeoutMs: 5_000, requestsPerMinute: null, tokensPerMinute: null };
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setup(options: ModelServerOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-cached-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'cache.db');
  const server = await ModelServer.start(options);
  closing.push(() => server.close());
  const open = (model = 'tiny'): LanguageModel => {
    const answers = new ThreadedAnswerCache({ path, maxBytes: 1024 ** 3 });
    const address = parseModelAddress(`openai-compatible:${model}@${server.url}`);
    const opened = createLanguageModel(address, { ...PLAIN_ACCESS, flow: FLOW, answers });
    closing.push(() => opened.close());
    return opened;
  };
  return { server, path, open };
}

function ask(model: LanguageModel, asked: Partial<ModelRequest> = {}, signal = new AbortController().signal) {
  return model.ask({ ...request, ...asked }, signal, UNATTENDED_CALL);
}

describe('a model with kept answers', () => {
  test('G3 answers what was asked before without asking, in this run and in the next', async () => {
    const { server, open } = await setup();
    const first = open();
    const paid = await ask(first);
    expect(paid.cached).toBe(false);
    const { allowances: _, ...kept } = { ...paid, cached: true };
    expect(await ask(first)).toEqual(kept);
    await first.close();
    expect(await ask(open())).toEqual(kept);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['system', { system: 'Extract!' }],
    ['user', { user: 'Snow fell.' }],
    ['schema', { schema: { type: 'array' } }],
    ['maxOutputTokens', { maxOutputTokens: 51 }],
  ])('G3 asks again when the %s differs', async (_, changed) => {
    const { server, open } = await setup();
    const model = open();
    await ask(model);
    expect((await ask(model, changed)).cached).toBe(false);
    expect(server.requests).toHaveLength(2);
  });

  test('G3 asks again when another model is meant', async () => {
    const { server, open } = await setup();
    await ask(open());
    expect((await ask(open('other'))).cached).toBe(false);
    expect(server.requests).toHaveLength(2);
  });

  test('sends a request once that is made many times at once', async () => {
    const { server, open } = await setup({ latencyMs: () => 50 });
    const model = open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(model)));
    expect(server.requests).toHaveLength(1);
    expect(answers.filter(({ cached }) => !cached)).toHaveLength(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('gives a shared request up only when nobody waits for it any more', async () => {
    const { server, open } = await setup({ latencyMs: () => 200 });
    const model = open();
    const [first, second] = [new AbortController(), new AbortController()];
    const given = ask(model, {}, first.signal);
    const kept = ask(model, {}, second.signal);
    first.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(await kept).toMatchObject({ text: '{"events":[]}' });
    const alone = new AbortController();
    const dropped = ask(model, { user: 'Other.' }, alone.signal);
    alone.abort(new Error('enough'));
    await expect(dropped).rejects.toThrow('enough');
    await server.idle();
    expect(server.answers).toBe(1);
  });

  test('keeps no failure', async () => {
    const { server, open } = await setup();
    const model = open();
    server.state = 'unauthorized';
    await expect(ask(model)).rejects.toMatchObject({ code: 'provider_unauthorized' });
    server.state = 'here';
    expect((await ask(model)).cached).toBe(false);
  });

  test('G3 holds an answer that the disk does not take, and does not ask for it again', async () => {
    const { server, open, path } = await setup();
    const model = open();
    const cache = new ThreadedAnswerCache({ path, maxBytes: 1024 ** 3 });
    closing.push(() => cache.close());
    let isFull = true;
    const full = Object.assign(Object.create(cache), {
      find: (key: string) => cache.find(key),
      close: () => cache.close(),
      save: async (...args: Parameters<typeof cache.save>) => {
        if (isFull) throw new Error('no space');
        await cache.save(...args);
      },
    });
    const cached = new CachedModel(model, full);
    await expect(ask(cached, { user: 'Full.' })).rejects.toThrow('no space');
    await expect(cached.probe(new AbortController().signal)).rejects.toThrow('no space');
    isFull = false;
    const asked = server.requests.length;
    expect(await ask(cached, { user: 'Full.' })).toMatchObject({ text: '{"events":[]}', cached: true });
    expect(server.requests).toHaveLength(asked);
  });

  test('is suspended, not failed, while its file cannot be used', async () => {
    const { open, path } = await setup();
    mkdirSync(path);
    const model = open();
    await expect(ask(model)).rejects.toMatchObject({ fault: 'unavailable', code: 'cache_unusable' });
    await expect(model.probe(new AbortController().signal)).rejects.toMatchObject({ code: 'cache_unusable' });
    rmSync(path, { recursive: true });
    await model.probe(new AbortController().signal);
    expect((await ask(model)).text).toBe('{"events":[]}');
  });
});
