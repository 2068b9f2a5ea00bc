import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openAnswers } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { StageCall } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { Budget } from '../../src/engine/budget.ts';
import { linkingCall } from '../../src/engine/linking-call.ts';
import { AiSdkEmbeddings } from '../../src/models/ai-sdk/ai-sdk-embeddings.ts';
import { sdkEmbeddings } from '../../src/models/ai-sdk/sdk-models.ts';
import { createEmbeddingModel } from '../../src/models/create-embedding-model.ts';
import { readEmbedding, toEmbedding, writeEmbedding } from '../../src/models/embedding.ts';
import { parseEmbeddingAddress } from '../../src/models/embedding-address.ts';
import type { EmbeddingModel } from '../../src/models/embedding-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import { cosineOf } from '../../src/storylines/meaning.ts';
import { EMBEDDING_FAULTS, EmbeddingServer, type EmbeddingServerOptions } from './embedding-server.ts';
import { meaningOfText } from './made-up-meaning.ts';
import { PLAIN_ACCESS } from './plain-access.ts';

const signal = new AbortController().signal;
const folders: string[] = [];
const servers: EmbeddingServer[] = [];
const models: EmbeddingModel[] = [];

afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
  for (const server of servers.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: EmbeddingServerOptions = {}): Promise<EmbeddingServer> {
  const server = await EmbeddingServer.start(options);
  servers.push(server);
  return server;
}

function newData(): string {
  const data = mkdtempSync(join(tmpdir(), 'pawl-embeddings-'));
  folders.push(data);
  return data;
}

/** The whole of it, with a cache in that data folder. */
function modelOf(server: EmbeddingServer, data: string): EmbeddingModel {
  const address = parseEmbeddingAddress(server.address);
  const answers = openAnswers(data, DEFAULT_SETTINGS.cacheBytes);
  const model = createEmbeddingModel(address, { ...PLAIN_ACCESS, answers });
  models.push(model);
  return model;
}

/** Just the adapter: each call is one request. */
function adapterOf(server: EmbeddingServer): EmbeddingModel {
  const address = parseModelAddress(server.address);
  return new AiSdkEmbeddings(address, () => sdkEmbeddings(address, undefined));
}

function account(limits: { maxTokens: number | null }) {
  const usages: Usage[] = [];
  const nothing = { tokens: 0, costNanos: 0, unpricedTokens: 0 };
  const reached: string[] = [];
  const budget = new Budget({
    limits: { maxCostNanos: null, ...limits },
    spent: nothing,
    onReached: (message) => reached.push(message),
  });
  const call: StageCall = linkingCall(budget, (usage) => usages.push(usage));
  return { call, usages, reached };
}

const texts = (howMany: number) => Array.from({ length: howMany }, (_, i) => `text number ${i} about quakes`);

describe('an embedding', () => {
  test('is kept in a byte a dimension, and its cosines stay what they were within a hundredth', () => {
    const components = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(components, components, (a, b) => {
        const [x, y] = [toEmbedding(a), toEmbedding(b)];
        if (x === null || y === null) return;
        expect(readEmbedding(writeEmbedding(x))).toEqual(x);
        const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
        expect(cosineOf(x, y)).toBeCloseTo(dot / (Math.hypot(...a) * Math.hypot(...b)), 1.7);
      }),
    );
  });

  test('is not made of what is no direction', () => {
    for (const components of [[], [0, 0], [1, Number.NaN], [Number.POSITIVE_INFINITY], new Array(20_000).fill(1)]) {
      expect(toEmbedding(components)).toBeNull();
    }
  });
});

describe('an embedding server', () => {
  test('may send its vectors in any order: they are told apart by their numbers', async () => {
    const server = await start();
    const { vectors } = await adapterOf(server).embed(
      ['a quake', 'a bank', 'a town'],
      signal,
      account({ maxTokens: null }).call,
    );
    expect(vectors).toEqual(['a quake', 'a bank', 'a town'].map((text) => toEmbedding(meaningOfText(text))));
  });

  test.each(EMBEDDING_FAULTS)('%s is no answer: it is asked again, and nothing of it is kept', async (fault) => {
    const data = newData();
    const server = await start({ fault: (request) => (request === 2 ? fault : null) });
    const model = modelOf(server, data);
    const { call } = account({ maxTokens: null });
    await model.embed(['the first'], signal, call);
    const { vectors } = await model.embed(texts(3), signal, call);
    expect(vectors).toEqual(texts(3).map((text) => toEmbedding(meaningOfText(text))));
    expect(server.requests).toBe(3);
    await model.embed(texts(3), signal, call);
    expect(server.requests).toBe(3);
  });

  test('that refuses a text for what is in it gives all others; that one is tried by its beginning and then left out', async () => {
    const server = await start({ refuses: (text) => text.includes('forbidden') });
    const model = modelOf(server, newData());
    const long = `${'word '.repeat(100)}forbidden`;
    const asked = [...texts(20), 'forbidden', ...texts(40).slice(20), long];
    const { vectors } = await model.embed(asked, signal, account({ maxTokens: null }).call);
    expect(vectors.map((vector, i) => (vector === null ? i : -1)).filter((i) => i >= 0)).toEqual([20]);
    expect(vectors.at(-1)).toEqual(toEmbedding(meaningOfText(long.slice(0, long.length >> 1))));
  });

  test('that refuses everything is taken for broken, not the texts', async () => {
    const server = await start({ refuses: () => true });
    const embedded = modelOf(server, newData()).embed(['a', 'b'], signal, account({ maxTokens: null }).call);
    await expect(embedded).rejects.toMatchObject({ fault: 'unavailable' });
  });

  test('that answers by another model than before is found out by the length of its vectors', async () => {
    const data = newData();
    const server = await start({ fault: (request) => (request > 1 ? 'other_dimensions' : null) });
    const { call } = account({ maxTokens: null });
    await modelOf(server, data).embed(['before'], signal, call);
    const later = modelOf(server, data).embed(['before', 'after'], signal, call);
    await expect(later).rejects.toThrow(/other lengths than before .*pawl cache prune/);
    await expect(modelOf(server, data).embed(['after alone'], signal, call)).rejects.toBeInstanceOf(StageError);
  });
});

describe('what vectors cost', () => {
  test('G3 the same text is paid for once, in one request or many, by one process or the next', async () => {
    const data = newData();
    const server = await start();
    const { call, usages } = account({ maxTokens: null });
    const first = await modelOf(server, data).embed([...texts(70), ...texts(70)], signal, call);
    expect(first.vectors).toHaveLength(140);
    expect(server.requests).toBe(3);
    expect([...server.answered.values()].every((times) => times === 1)).toBe(true);
    await models.pop()!.close();
    const again = await modelOf(server, data).embed(texts(71), signal, call);
    expect(again.vectors.slice(0, 70)).toEqual(first.vectors.slice(0, 70));
    expect(server.vectors).toBe(71);
    expect(usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(710);
    expect(
      usages.every(({ provider, outputTokens }) => provider.startsWith('openai-compatible http') && outputTokens === 0),
    ).toBe(true);
  });

  test('is asked of the budget before; where there is no room the batch goes on without', async () => {
    const server = await start();
    const { call, usages, reached } = account({ maxTokens: 2_000 });
    const embedded = modelOf(server, newData()).embed(texts(200), signal, call);
    await expect(embedded).rejects.toMatchObject({ fault: 'postponed', code: 'budget_reached' });
    expect(reached).toEqual([]);
    expect(usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBeLessThanOrEqual(2_000);
  });
});
