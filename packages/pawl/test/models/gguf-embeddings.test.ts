import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openAnswers } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { Budget } from '../../src/engine/budget.ts';
import { linkingCall } from '../../src/engine/linking-call.ts';
import { createEmbeddingModel } from '../../src/models/create-embedding-model.ts';
import { toEmbedding } from '../../src/models/embedding.ts';
import { parseEmbeddingAddress } from '../../src/models/embedding-address.ts';
import type { EmbeddingModel } from '../../src/models/embedding-model.ts';
import { GgufEmbeddings } from '../../src/models/gguf/gguf-embeddings.ts';
import { GgufModel } from '../../src/models/gguf/gguf-model.ts';
import { isLlamaInstalled } from '../../src/models/gguf/llama-library.ts';
import { cosineOf } from '../../src/storylines/meaning.ts';
import { seededRandom } from '../crash/random.ts';
import { meaningOfText } from './made-up-meaning.ts';
import { TINY_CONTEXT, type TinyEmbeddingOptions, tinyEmbeddingGguf } from './tiny-embedding-gguf.ts';
import { tinyGguf } from './tiny-gguf.ts';

// A real embedding model run by llama.cpp, as small as one can be, where node-llama-cpp is installed.

const installed = isLlamaInstalled();
const folder = mkdtempSync(join(tmpdir(), 'pawl-gguf-embeddings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;
const write = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const tiny = (options: TinyEmbeddingOptions = {}) => tinyEmbeddingGguf(seededRandom(7), options);
const path = write('tiny.gguf', tiny());

describe('a file that is no embedding model is refused before anything is done:', () => {
  test.each([
    [
      'one that answers',
      'chat.gguf',
      tinyGguf(seededRandom(7)),
      /no embedding model: it is a llama that .*llama\.pooling_type/,
    ],
    ['one that does not say how', 'unsaid.gguf', tiny({ poolingType: null }), /no embedding model: it is a bert/],
    ['one that ranks', 'ranks.gguf', tiny({ poolingType: 4 }), /no embedding model: it is a bert/],
    ['a text', 'notes.gguf', Buffer.from('Once upon a time'), /is no GGUF model/],
  ])('%s', (_, name, bytes, why) => {
    expect(() => new GgufEmbeddings(write(name, bytes))).toThrow(why);
  });

  test('none at all', () => {
    expect(() => new GgufEmbeddings(join(folder, 'none.gguf'))).toThrow(/There is no model file .* write gguf:FILE/);
  });
});

test.skipIf(installed)('without node-llama-cpp the command that installs it is named', () => {
  expect(() => new GgufEmbeddings(path)).toThrow(/npm install node-llama-cpp@3/);
});

describe.skipIf(!installed)('an embedding model in a GGUF file', () => {
  const models: { close(): Promise<void> }[] = [];
  const opened = <T extends { close(): Promise<void> }>(model: T): T => {
    models.push(model);
    return model;
  };
  const open = (file = path) => opened(new GgufEmbeddings(file));
  afterEach(() => Promise.all(models.splice(0).map((model) => model.close())));
  const embed = async (model: EmbeddingModel, texts: readonly string[]) =>
    (await model.embed(texts, never, UNATTENDED_CALL)).vectors;

  /** The whole of it, with a cache in a data folder of this test. */
  function withCache(data: string) {
    const usages: Usage[] = [];
    const limits = { maxCostNanos: 0, maxTokens: null };
    const spent = { tokens: 0, costNanos: 0, unpricedTokens: 0 };
    const call = linkingCall(new Budget({ limits, spent, onReached: () => undefined }), (used) => usages.push(used));
    const answers = openAnswers(join(folder, data), DEFAULT_SETTINGS.cacheBytes);
    const access = { environment: {}, prices: [], maxCostNanos: 0, flow: DEFAULT_SETTINGS, answers };
    return { model: opened(createEmbeddingModel(parseEmbeddingAddress(`gguf:${path}`), access)), call, usages };
  }

  test('gives each text a direction, as close to another as the two mean the same', async () => {
    const texts = [
      'An earthquake flattened the town.',
      'A TREMOR levelled this village',
      'The bank acquired its rival.',
    ];
    const [quake, tremor, bank] = await embed(open(), texts);
    expect(cosineOf(quake!, tremor!)).toBeGreaterThan(0.99);
    const expected = cosineOf(
      ...(texts.slice(1).map((text) => toEmbedding(meaningOfText(text))!) as [Int8Array, Int8Array]),
    );
    expect(cosineOf(tremor!, bank!)).toBeCloseTo(expected, 0.5);
  });

  test('gives a text the same direction whatever else is asked, at once or before', async () => {
    const [alone] = await embed(open(), ['a quake by the harbour']);
    const model = open();
    const [first, second] = await Promise.all([
      embed(model, ['town', 'a quake by the harbour', 'a bank']),
      embed(model, ['a bank '.repeat(20), 'a quake by the harbour']),
    ]);
    expect(first[1]).toEqual(alone);
    expect(second[1]).toEqual(alone);
  });

  test('takes the beginning of a text that it has no room for, and nothing of one that means nothing to it', async () => {
    const room = TINY_CONTEXT - 3;
    const [cut, exact, unknown, empty] = await embed(open(), [
      `${'quake '.repeat(room)}${'bank '.repeat(10_000)}`,
      'quake '.repeat(room),
      '漢字 xyzzy',
      ' ',
    ]);
    expect(cut).toEqual(exact);
    expect([unknown, empty]).toEqual([null, null]);
  });

  test('sees a long text as a whole, not in pieces', async () => {
    const model = open(write('long.gguf', tiny({ context: 1_024 })));
    const long = `${'quake '.repeat(400)}${'bank '.repeat(400)}`;
    const [mixed, quake, bank] = await embed(model, [long, 'quake', 'bank']);
    const [toQuake, toBank] = [cosineOf(mixed!, quake!), cosineOf(mixed!, bank!)];
    expect(toQuake).toBeGreaterThan(0.6);
    expect(toQuake).toBeCloseTo(toBank, 1);
  });

  test('may be one that reads from left to right, whose last token stands for the text', async () => {
    const model = open(write('last.gguf', tinyGguf(seededRandom(7), 3)));
    const [quake, again, cut, exact] = await embed(model, ['quake', 'quake', 'x'.repeat(9_000), 'x'.repeat(3_000)]);
    expect(quake).toEqual(again);
    expect(cut).toEqual(exact);
    expect(cosineOf(quake!, cut!)).toBeLessThan(0.9);
  });

  test('takes what stands in a text for text, never for marks of its own', async () => {
    const [marked, plain] = await embed(open(), ['[CLS] quake [SEP]\u0000\ud800', '{CLS} quake {SEP}']);
    expect(marked).toEqual(plain);
  });

  test('that holds what is no number is taken for broken, not the texts', async () => {
    const model = open(write('nan.gguf', tiny({ isBroken: true })));
    await expect(model.embed(['quake'], never, UNATTENDED_CALL)).rejects.toMatchObject({
      fault: 'unavailable',
      code: 'invalid_answer',
    });
  });

  test('ends between two texts when the signal says so, and goes on for others', async () => {
    const model = open();
    const timeUp = new AbortController();
    const asked = model.embed(new Array(100_000).fill('quake'), timeUp.signal, UNATTENDED_CALL);
    const next = embed(model, ['quake']);
    await embed(open(), ['quake']);
    timeUp.abort(new Error('time is up'));
    await expect(asked).rejects.toThrow('time is up');
    expect(await next).toHaveLength(1);
  });

  test('can be closed beside a language model of the same process, and leaves it as it is', async () => {
    const chat = opened(new GgufModel(write('chat.gguf', tinyGguf(seededRandom(7)))));
    await chat.probe(never);
    const model = open();
    await embed(model, ['quake']);
    await model.close();
    const schema = {
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    };
    const { finish } = await chat.ask({ system: '', user: '', schema, maxOutputTokens: 100 }, never, UNATTENDED_CALL);
    expect(finish).toBe('stop');
  });

  test('G3 is asked once about a text, is counted and costs nothing, not even where there is no money', async () => {
    const texts = Array.from({ length: 70 }, (_, i) => `quake number ${i}`);
    const first = withCache('kept');
    const { vectors } = await first.model.embed(texts, never, first.call);
    expect(first.usages).toHaveLength(Math.ceil(70 / 4));
    expect(first.usages[0]).toMatchObject({ provider: 'gguf', costNanos: 0, unpricedTokens: 0, inputTokens: 4 * 5 });
    await first.model.close();
    const again = withCache('kept');
    expect((await again.model.embed(texts, never, again.call)).vectors).toEqual(vectors);
    expect(again.usages).toEqual([]);
  });
});
