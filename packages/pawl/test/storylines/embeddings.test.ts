import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { wholeHistory } from '../../src/checkpoint/pages.ts';
import { answersFor, openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { BatchSettings } from '../../src/domain/batch.ts';
import type { DocumentResult } from '../../src/domain/result.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { openBatch } from '../../src/library/open-batch.ts';
import { toEmbedding } from '../../src/models/embedding.ts';
import type { EmbeddingModel } from '../../src/models/embedding-model.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Stage } from '../../src/pipeline/stage.ts';
import { meaningsOf } from '../../src/storylines/document-meanings.ts';
import { loadDefaultWeights } from '../../src/storylines/link-weights.ts';
import { Linker } from '../../src/storylines/linker.ts';
import { Linking } from '../../src/storylines/linking.ts';
import { closeLinkingModels, createLinkingModels } from '../../src/storylines/linking-models.ts';
import { meaningKeys } from '../../src/storylines/meaning.ts';
import type { Storyline } from '../../src/storylines/storyline.ts';
import { linkBatch } from '../../src/work/link-batch.ts';
import { seededRandom } from '../crash/random.ts';
import { FakeClock } from '../engine/fake-clock.ts';
import { EmbeddingServer } from '../models/embedding-server.ts';
import { meaningOfText } from '../models/made-up-meaning.ts';
import { HeldLinking } from './held-linking.ts';
import { addProcessed, createProcessedBatch } from './linked-batch.ts';
import { resultOf } from './synthetic-results.ts';
import { STORIES, toldTwice } from './told-twice.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const NEVER = new AbortController().signal;

let data: string;
let server: EmbeddingServer;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'pawl-meaning-'));
  server = await EmbeddingServer.start();
});
afterEach(async () => {
  await server.close();
  rmSync(data, { recursive: true, force: true });
});

const store = () => openStore(data);
const withEmbeddings = (): Partial<BatchSettings> => ({ embeddings: server.address });

async function run(batchId: string): Promise<void> {
  const checkpoint = await store().open(batchId);
  const { settings } = await checkpoint.batch();
  const linkingModels = createLinkingModels(settings, {}, answersFor(settings, data));
  const folder = store().folderOf(batchId);
  const { end } = await runBatch({
    checkpoint,
    pipeline: new Pipeline([]),
    sinks: [],
    folder,
    linkingModels,
    by: 'test',
  });
  expect(end).toBe('completed');
  await closeLinkingModels(linkingModels);
  await checkpoint.close();
}

/** Settles the storylines with a clock on which every wait is over at once. */
async function settleAtOnce(batchId: string): Promise<void> {
  const checkpoint = await store().open(batchId);
  const { settings } = await checkpoint.batch();
  const models = createLinkingModels(settings, {}, answersFor(settings, data));
  const clock = new FakeClock();
  const options = {
    checkpoint,
    folder: store().folderOf(batchId),
    clock,
    by: 'test',
    run: null,
    weights: null,
    memoryMb: 512,
  };
  const linking = new Linking({ ...options, models, call: UNATTENDED_CALL });
  let isSettled = false;
  const settled = linking.settle(NEVER).finally(() => {
    isSettled = true;
  });
  while (!isSettled) await clock.advance(1_000);
  await settled;
  await linking.close();
  await closeLinkingModels(models);
  await checkpoint.close();
}

const fileOf = (batchId: string, name: string) => readFileSync(join(store().folderOf(batchId), name), 'utf8');
const filesOf = (batchId: string) => ['storylines.jsonl', 'linkages.jsonl'].map((name) => fileOf(batchId, name));

function storiesOf(batchId: string): string[][] {
  const lines = fileOf(batchId, 'storylines.jsonl').split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as Storyline).document_ids.toSorted()).sort();
}

async function withOpen<T>(batchId: string, work: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await store().open(batchId);
  const value = await work(checkpoint);
  await checkpoint.close();
  return value;
}

const again = (batchId: string) =>
  withOpen(batchId, (checkpoint) =>
    linkBatch({ checkpoint, folder: store().folderOf(batchId) }, { weights: null, by: 'test', signal: NEVER }),
  );

describe('documents that tell one story in different words', () => {
  test('are linked where an embedding model says that they mean the same, and not without', async () => {
    await createProcessedBatch(store(), 'lexical', toldTwice());
    await createProcessedBatch(store(), 'meaning', toldTwice(), withEmbeddings());
    await run('lexical');
    expect(storiesOf('lexical')).toEqual([]);
    expect(server.requests).toBe(0);
    await run('meaning');
    expect(storiesOf('meaning')).toEqual(STORIES);
    const links = fileOf('meaning', 'linkages.jsonl');
    expect(links).toContain('"evidence":"meaning"');
    const { usage } = await withOpen('meaning', (checkpoint) => checkpoint.batch());
    expect(usage).toMatchObject([{ model: 'made-up', requests: 1, inputTokens: 80, outputTokens: 0 }]);
    expect(await withOpen('meaning', (checkpoint) => checkpoint.check())).toEqual([]);
  });

  test('are found among thousands without comparing all, by the sides of planes they lie on', async () => {
    const strangers = Array.from({ length: 1_500 }, (_, i) =>
      resultOf({ id: `x${i}`, story: i % 6, day: i % 300, sentences: [i % 10] }),
    );
    const all = [...strangers, ...toldTwice()];
    const held = new HeldLinking();
    const linker = new Linker(loadDefaultWeights(), [], held.kept);
    const meanings = await meaningsOf(all, madeUp, NEVER, UNATTENDED_CALL);
    const told = all.map((result, i) => ({ resultSeq: i + 1, result: JSON.stringify(result), meanings: meanings[i]! }));
    held.add(linker.add(told));
    await held.save(await linker.link());
    const stories = held.all().map(({ storyline }) => storyline.document_ids.toSorted());
    for (const story of STORIES) expect(stories).toContainEqual(story);
  });
});

test('directions share keys as often as their angle says, whatever there is beside them', () => {
  const random = seededRandom(SEED);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const [pairs, tables] = [300, 24];
  for (const [dimensions, cosine] of [
    [64, 0.8],
    [384, 0.8],
    [1536, 0.5],
  ] as const) {
    let shared = 0;
    for (let i = 0; i < pairs; i++) {
      const a = Array.from({ length: dimensions }, normal);
      const b = a.map((x) => cosine * x + Math.sqrt(1 - cosine ** 2) * normal());
      const keys = new Set(meaningKeys(toEmbedding(a)!, tables));
      shared += meaningKeys(toEmbedding(b)!, tables).filter((key) => keys.has(key)).length;
    }
    const expected = (1 - Math.acos(cosine) / Math.PI) ** 8;
    expect(Math.abs(shared / (pairs * tables) - expected)).toBeLessThan(0.25 * expected);
  }
});

/** The model of the server, without one. */
const madeUp: EmbeddingModel = {
  provider: 'made-up',
  model: 'made-up',
  embed: async (texts) => ({ vectors: texts.map((text) => toEmbedding(meaningOfText(text))), inputTokens: 0 }),
  close: async () => undefined,
};

test('storylines with embeddings do not depend on the order in which documents come in, nor on the passes', async () => {
  const results = [
    ...toldTwice(),
    ...toldTwice('b'),
    ...[0, 1, 2, 3].map((i) => resultOf({ id: `s${i}`, story: i % 2, day: i, sentences: [i, i + 1] })),
  ];
  const meanings = await meaningsOf(results, madeUp, NEVER, UNATTENDED_CALL);
  const numbers = results.map((_, i) => i);
  const link = async (groups: readonly (readonly number[])[]) => {
    const held = new HeldLinking();
    const linker = new Linker(loadDefaultWeights(), [], held.kept);
    let seq = 0;
    for (const group of groups) {
      const told = group.map((i) => ({ resultSeq: ++seq, result: JSON.stringify(results[i]), meanings: meanings[i]! }));
      held.add(linker.add(told));
      await held.save(await linker.link());
    }
    return held.all();
  };
  const expected = await link([numbers]);
  expect(expected.length).toBeGreaterThanOrEqual(2);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(numbers, { minLength: numbers.length }),
      fc.integer({ min: 1, max: 11 }),
      async (order, cut) => {
        expect(await link([order.slice(0, cut), order.slice(cut)])).toEqual(expected);
      },
    ),
    { numRuns: 30, seed: SEED },
  );
});

describe('G3 what was paid for is kept', () => {
  test('a second batch of the same texts, and linking with other weights, ask for nothing', async () => {
    await createProcessedBatch(store(), 'first', toldTwice(), withEmbeddings());
    await createProcessedBatch(store(), 'second', toldTwice(), withEmbeddings());
    await run('first');
    const asked = server.requests;
    await run('second');
    const weights = JSON.stringify(loadDefaultWeights());
    await withOpen('second', (checkpoint) =>
      linkBatch({ checkpoint, folder: store().folderOf('second') }, { weights, by: 'test', signal: NEVER }),
    );
    expect(server.requests).toBe(asked);
    expect(filesOf('second')).toEqual(filesOf('first'));
  });

  test(`killed with SIGKILL while vectors come, it asks again for no more than was under way (seed ${SEED})`, {
    timeout: 120_000,
  }, async () => {
    const KILLS = 6;
    const [TEXTS_PER_REQUEST, REQUESTS_AT_ONCE] = [32, 8];
    await server.close();
    server = await EmbeddingServer.start({ latencyMs: 30 });
    const many = Array.from({ length: 900 }, (_, i) => ownWords(i));
    await createProcessedBatch(store(), 'killed', many, withEmbeddings());
    const start = () => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'link-child.ts'), data, 'killed'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return {
        child,
        ended: once(child, 'close').then(([code, by]) => code ?? by),
        running: once(child.stdout, 'data'),
      };
    };
    const random = seededRandom(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, ended, running } = start();
      await running;
      const until = server.requests + 5 + Math.floor(random() * 15);
      while (server.requests < until && child.exitCode === null) await sleep(1);
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
    }
    expect(await start().ended).toBe(0);
    expect(server.answered.size).toBe(many.length * 3);
    expect(server.vectors - server.answered.size).toBeLessThanOrEqual(KILLS * TEXTS_PER_REQUEST * REQUESTS_AT_ONCE);
    await createProcessedBatch(store(), 'undisturbed', many, withEmbeddings());
    const vectors = server.vectors;
    await run('undisturbed');
    expect(server.vectors).toBe(vectors);
    expect(filesOf('killed')).toEqual(filesOf('undisturbed'));
    expect(await withOpen('killed', (checkpoint) => checkpoint.check())).toEqual([]);
  });
});

/** A document whose sentences no other has. */
function ownWords(i: number): DocumentResult {
  const result = resultOf({ id: `d${i}`, story: i % 6, day: i % 200, sentences: [i % 10, (i + 3) % 10] });
  const events = result.events.map((event) => ({
    ...event,
    metadata: { ...event.metadata, source_sentence: `${event.metadata.source_sentence} (${i})` },
  }));
  return { ...result, original_text: `${result.original_text}(${i})`, events };
}

describe('a model that does not answer', () => {
  async function expectWithout(batchId: string, why: RegExp): Promise<void> {
    expect(storiesOf(batchId)).toEqual([]);
    await withOpen(batchId, async (checkpoint) => {
      expect(await checkpoint.linking()).toMatchObject({ embeddings: null, missing: expect.stringMatching(why) });
      const events: string[] = [];
      for await (const { event, reason } of wholeHistory(checkpoint)) events.push(`${event} ${reason ?? ''}`);
      expect(events.filter((event) => event.startsWith('storylines_lack'))).toEqual([expect.stringMatching(why)]);
    });
  }

  test('leaves the batch linked by words alone, says so, and is asked again by the next linking', async () => {
    await createProcessedBatch(store(), 'b', toldTwice(), withEmbeddings());
    await server.leave();
    await settleAtOnce('b');
    await expectWithout('b', /embeddings by made-up \(No answer from/);
    await server.comeBack();
    await again('b');
    expect(storiesOf('b')).toEqual(STORIES);
    expect(await withOpen('b', (checkpoint) => checkpoint.linking())).toMatchObject({ missing: null });
  });

  test.each([
    ['unauthorized', /HTTP 401: Incorrect API key/],
    ['overloaded', /HTTP 429: Too many requests/],
  ] as const)('because it is %s: the batch goes on without it at once', async (state, why) => {
    await createProcessedBatch(store(), 'b', toldTwice(), withEmbeddings());
    server.state = state;
    await run('b');
    await expectWithout('b', why);
    expect(server.requests).toBeLessThanOrEqual(2);
  });

  test('takes requests and never answers: it is given up with the first whose time is over', async () => {
    const many = Array.from({ length: 400 }, (_, i) => ownWords(i));
    await createProcessedBatch(store(), 'b', many, { ...withEmbeddings(), requestTimeoutMs: 500 });
    server.state = 'silent';
    await run('b');
    const without = { embeddings: null, missing: 'embeddings by made-up (No answer within 0.5 s.)' };
    expect(await withOpen('b', (checkpoint) => checkpoint.linking())).toMatchObject(without);
    expect(server.requests).toBeLessThanOrEqual(4); // as many as are sent at once in the beginning
    server.state = 'here';
    await again('b');
    expect(await withOpen('b', (checkpoint) => checkpoint.linking())).toMatchObject({ missing: null });
  });

  test('for some of the documents is used for none of them: all are linked alike', async () => {
    await createProcessedBatch(store(), 'b', toldTwice(), withEmbeddings());
    await run('b');
    expect(storiesOf('b')).toEqual(STORIES);
    await server.leave();
    await withOpen('b', (checkpoint) => addProcessed(checkpoint, [...toldTwice('b'), ownWords(1)]));
    await settleAtOnce('b');
    await server.comeBack();
    await createProcessedBatch(store(), 'words', [...toldTwice(), ...toldTwice('b'), ownWords(1)]);
    await run('words');
    expect(storiesOf('b')).toEqual(storiesOf('words'));
    await again('b');
    expect(storiesOf('b').flat()).toHaveLength(8);
  });

  test('is not asked before the documents are done where there is a budget: they have it first', async () => {
    const results = toldTwice();
    const asked: number[] = [];
    const stage: Stage = {
      ...{ name: 'events', provider: 'made-up', model: null, fingerprint: 'made-up', description: 'made-up' },
      run: async ({ document }) => {
        asked.push(server.requests);
        return { value: results.find(({ document_id }) => document_id === document.documentId)!.events };
      },
    };
    const settings = { ...DEFAULT_SETTINGS, ...withEmbeddings(), maxTokens: 100_000, concurrency: 1 };
    const batch = await openBatch({ batchId: 'b', data, stages: [stage], sinks: [], settings });
    await batch.add(results.map(({ document_id, original_text: text }) => ({ document_id, text })));
    await batch.run();
    await batch.close();
    expect(asked).toEqual([0, 0, 0, 0]);
    expect(storiesOf('b')).toEqual(STORIES);
  });

  test('since the budget has no room leaves the batch complete, and its documents in the budget', async () => {
    await createProcessedBatch(store(), 'b', toldTwice(), { ...withEmbeddings(), maxTokens: 1_000 });
    await run('b');
    await expectWithout('b', /0 of 1000 tokens are used, and the next request may take/);
    expect(server.requests).toBe(0);
    await withOpen('b', async (checkpoint) => {
      const { settings } = await checkpoint.batch();
      await checkpoint.updateSettings({ ...settings, maxTokens: 100_000 }, {}, { atMs: 1, by: 'test' });
    });
    await again('b');
    expect(storiesOf('b')).toEqual(STORIES);
  });
});
