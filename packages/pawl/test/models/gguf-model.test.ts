import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { GgufModel } from '../../src/models/gguf/gguf-model.ts';
import { isLlamaInstalled } from '../../src/models/gguf/llama-library.ts';
import { createPipeline } from '../../src/pipeline/create-pipeline.ts';
import { seededRandom } from '../crash/random.ts';
import { tinyGguf } from './tiny-gguf.ts';

// A real model run by llama.cpp, as small as one can be and with random weights, where node-llama-cpp is installed.

const installed = isLlamaInstalled();
if (!installed)
  console.warn('node-llama-cpp is not installed: what runs GGUF models is not tested (npm install node-llama-cpp@3).');

const folder = mkdtempSync(join(tmpdir(), 'pawl-gguf-'));
const path = join(folder, 'tiny.gguf');
writeFileSync(path, tinyGguf(seededRandom(7)));
afterAll(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;
const yesOrNo = {
  type: 'object',
  properties: {
    ok: { type: 'boolean' },
    kind: { enum: ['a', 'b'] },
    none: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
  },
  required: ['ok', 'kind', 'none'],
  additionalProperties: false,
};
const request = (changed = {}) => ({
  system: 'Answer.',
  user: 'Is it so?',
  schema: yesOrNo,
  maxOutputTokens: 200,
  ...changed,
});

test('a file that is not there is one sentence', () => {
  expect(() => new GgufModel(join(folder, 'none.gguf'))).toThrow(/There is no model file/);
  expect(() => new GgufModel(folder)).toThrow(/There is no model file/);
});

test.skipIf(installed)('without node-llama-cpp the command that installs it is named', () => {
  expect(() => new GgufModel(path)).toThrow(/npm install node-llama-cpp@3/);
});

describe.skipIf(!installed)('a GGUF model', () => {
  const models: GgufModel[] = [];
  const open = (file = path) => {
    const model = new GgufModel(file);
    models.push(model);
    return model;
  };
  afterEach(() => Promise.all(models.splice(0).map((model) => model.close())));

  test('answers in the shape of the schema, whatever it knows, one question after the other', async () => {
    const model = open();
    expect(model.model).toMatch(/^tiny\.gguf [0-9a-f]{10}$/);
    const answers = await Promise.all(
      ['Is it so?', 'Why?', '🙂'].map((user) => model.ask(request({ user }), never, UNATTENDED_CALL)),
    );
    for (const { text, finish, inputTokens, outputTokens } of answers) {
      expect(JSON.parse(text)).toEqual({
        ok: expect.any(Boolean),
        kind: expect.stringMatching(/^[ab]$/),
        none: expect.toSatisfy((value) => value === null || typeof value === 'boolean'),
      });
      expect(finish).toBe('stop');
      expect(Math.min(inputTokens ?? 0, outputTokens ?? 0)).toBeGreaterThan(0);
    }
  });

  test('says that an answer was cut off', async () => {
    expect((await open().ask(request({ maxOutputTokens: 5 }), never, UNATTENDED_CALL)).finish).toBe('length');
  });

  test('refuses what does not fit into its context', async () => {
    const asked = open().ask(request({ user: 'x '.repeat(5_000) }), never, UNATTENDED_CALL);
    await expect(asked).rejects.toMatchObject({ fault: 'permanent', code: 'context_too_long' });
  });

  test('ends when the signal says so, and answers the next question', async () => {
    const model = open();
    const timeUp = new AbortController();
    const list = { type: 'array', items: { type: 'boolean' }, minItems: 1_000 };
    const asked = model.ask(request({ schema: list, maxOutputTokens: 4_000 }), timeUp.signal, UNATTENDED_CALL);
    const next = model.ask(request(), never, UNATTENDED_CALL);
    await model.probe(never);
    timeUp.abort(new Error('time is up'));
    await expect(asked).rejects.toThrow('time is up');
    expect((await next).finish).toBe('stop');
  });

  test('that is damaged suspends the stage and fails no document, and so does one that was replaced', async () => {
    const whole = tinyGguf(seededRandom(7));
    const file = join(folder, 'changing.gguf');
    writeFileSync(file, whole.subarray(0, 20_000));
    const complaint = /cannot be loaded: .*not within the file bounds/;
    await expect(open(file).probe(never)).rejects.toMatchObject({
      fault: 'unavailable',
      message: expect.stringMatching(complaint),
    });
    writeFileSync(file, whole);
    const model = open(file);
    for (const [bytes, why] of [
      ['GGUF, or so it says', /is no GGUF model/],
      [tinyGguf(seededRandom(8)), /was replaced by another file/],
    ] as const) {
      writeFileSync(file, bytes);
      const asked = model.ask(request(), never, UNATTENDED_CALL);
      await expect(asked).rejects.toMatchObject({ fault: 'unavailable', message: expect.stringMatching(why) });
    }
    writeFileSync(file, whole);
    expect((await model.ask(request(), never, UNATTENDED_CALL)).finish).toBe('stop');
  });

  test('answers on when another one is closed', async () => {
    const [first, second] = [open(), open()];
    await Promise.all([first.probe(never), second.probe(never)]);
    await first.close();
    expect((await second.ask(request(), never, UNATTENDED_CALL)).finish).toBe('stop');
  });

  test('is a provider of events: what it says is in the text, or the document fails by its code', async () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      maxOutputTokens: 256,
      stages: [{ name: 'events', provider: `gguf:${path}` }],
    };
    const pipeline = createPipeline(settings, {});
    const document = { documentId: 'd', text: 'Rebels attacked Goma.', source: {} };
    const input = { document, batchId: 'b', entities: [], triplets: [], events: [] };
    try {
      const outcome = await pipeline.stages[0]!.run(input, never, UNATTENDED_CALL).catch(
        (error: { code?: string }) => error.code,
      );
      if (typeof outcome === 'string') expect(['answer_cut_off', 'context_too_long']).toContain(outcome);
      else expect(outcome).toMatchObject({ value: expect.any(Array) });
    } finally {
      await pipeline.close();
    }
  });
});
