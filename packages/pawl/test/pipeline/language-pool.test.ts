import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_TAXONOMY } from '../../src/domain/taxonomy.ts';
import type { AnalysisTask } from '../../src/pipeline/builtin/analysis.ts';
import { LanguagePool, type LanguagePoolOptions } from '../../src/pipeline/builtin/language-pool.ts';

// Real worker threads that misbehave: a text says how.

const WORKER = `
export default ({ text }) => {
  if (text === 'exit') process.exit(7);
  if (text === 'throw') throw new Error('nonsense');
  if (text === 'spin') for (;;);
  if (text === 'gobble') { const kept = []; for (;;) kept.push(new Array(1e5).fill(Math.random())); }
  return { entities: text, dependencies: null, events: null };
};`;

let folder: string;
let pool: LanguagePool | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-pool-'));
});
afterEach(async () => {
  await pool?.close();
  rmSync(folder, { recursive: true });
});

function start(worker: string, options: Partial<LanguagePoolOptions> = {}): LanguagePool {
  const path = join(folder, 'worker.mjs');
  writeFileSync(path, worker);
  pool = new LanguagePool({ workerMemoryMb: 64, maxThreads: 2, worker: pathToFileURL(path), ...options });
  return pool;
}

function analyse(text: string, signal = new AbortController().signal): Promise<unknown> {
  const task: AnalysisTask = {
    text,
    documentDate: null,
    wants: ['entities'],
    taxonomy: DEFAULT_TAXONOMY,
    entities: null,
  };
  return pool?.analyse(task, signal) ?? Promise.reject(new Error('there is no pool'));
}

describe('a thread that fails', () => {
  test.each([
    ['exit', 'worker_crashed', 'permanent'],
    ['gobble', 'out_of_memory', 'permanent'],
    ['throw', 'stage_failed', 'permanent'],
  ])('%s fails its text only, with %s', async (text, code, fault) => {
    start(WORKER);
    const texts = ['one', text, 'two', text, text, 'three', 'four'];
    const outcomes = await Promise.allSettled(texts.map((each) => analyse(each)));
    texts.forEach((each, i) => {
      const expected =
        each === text
          ? { status: 'rejected', reason: expect.objectContaining({ code, fault }) }
          : { status: 'fulfilled', value: expect.objectContaining({ entities: each }) };
      expect(outcomes[i], `text ${i}`).toEqual(expected);
    });
  });

  test('hangs until its signal ends it; the next text gets a new thread', async () => {
    start(WORKER, { maxThreads: 1 });
    await analyse('warm');
    const timeUp = new AbortController();
    const hung = analyse('spin', timeUp.signal);
    const next = analyse('next');
    timeUp.abort(new Error('time is up'));
    await expect(hung).rejects.toThrow('time is up');
    await expect(next).resolves.toMatchObject({ entities: 'next' });
  });

  test('a text that waits for a thread can be given up', async () => {
    start(WORKER, { maxThreads: 1 });
    const [busy, waiting] = [new AbortController(), new AbortController()];
    const hung = analyse('spin', busy.signal);
    const given = analyse('two', waiting.signal);
    waiting.abort(new Error('not wanted any more'));
    await expect(given).rejects.toThrow('not wanted any more');
    busy.abort(new Error('enough'));
    await expect(hung).rejects.toThrow('enough');
    await expect(analyse('three')).resolves.toMatchObject({ entities: 'three' });
  });
});

describe('threads that do not start', () => {
  test('are nobody’s fault but their own, and are tried again', async () => {
    start(`throw new Error('the model is damaged');`);
    const outcomes = await Promise.allSettled(['one', 'two', 'three'].map((text) => analyse(text)));
    const reason = expect.objectContaining({
      fault: 'unavailable',
      message: 'The language threads do not start: the model is damaged',
    });
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason })));
    await expect(analyse('four')).rejects.toMatchObject({ fault: 'unavailable' });
  });

  test('do not hang', async () => {
    start('await new Promise(() => {});', { startTimeoutMs: 200 });
    await expect(analyse('one')).rejects.toThrow('The language threads do not start: none was ready after 0.2 s');
  });

  test('nor do they spin', async () => {
    start('for (;;);', { startTimeoutMs: 200 });
    await expect(analyse('one')).rejects.toMatchObject({ fault: 'unavailable' });
  });
});
