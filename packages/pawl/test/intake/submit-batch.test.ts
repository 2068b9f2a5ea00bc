import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Checkpoint, DocumentRow } from '../../src/checkpoint/checkpoint.ts';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { thisRunner } from '../../src/engine/runner-liveness.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { type Submission, type SubmittedBatch, submitBatch } from '../../src/intake/submit-batch.ts';
import { seededRandom } from '../crash/random.ts';
import { OTHER_PIPELINE, PIPELINE } from './pipelines.ts';

const author = { atMs: 1, by: 'test' };
function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-submit-'));
  const data = join(folder, 'data');
  const store = openStore(data);
  const input = join(folder, 'news.jsonl');
  let edits = 0;
  return {
    data,
    store,
    input,
    /** Writes the input; each time at another moment. */
    write: (...lines: readonly (string | object)[]) => {
      const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
      writeFileSync(input, text);
      utimesSync(input, 1_000 + edits, 1_000 + edits++);
    },
    submit: (options: Partial<Submission> = {}) =>
      submitBatch(store, {
        input,
        settings: DEFAULT_SETTINGS,
        pipeline: PIPELINE,
        pipelineChoice: null,
        reprocessChanged: false,
        by: 'test',
        clock: systemClock,
        newJobId: randomUUID,
        ...options,
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const doc = (id: string, text = `Text of ${id}.`) => ({ id, text });

async function rowsOf(checkpoint: Checkpoint): Promise<readonly DocumentRow[]> {
  return checkpoint.documents({}, { afterSeq: 0, limit: 100_000 });
}

async function summaryOf({ checkpoint }: SubmittedBatch) {
  return (await rowsOf(checkpoint)).map(({ documentId, state, source, failure }) => [
    source.line,
    documentId,
    failure?.code ?? state,
  ]);
}

/** Submits, looks, closes. */
async function look<T>(submitted: Promise<SubmittedBatch>, at: (submitted: SubmittedBatch) => Promise<T>): Promise<T> {
  const batch = await submitted;
  try {
    return await at(batch);
  } finally {
    await batch.checkpoint.close();
  }
}

const tallyOf = (submitted: Promise<SubmittedBatch>) => look(submitted, async (one) => one.acceptance?.tally ?? null);

/** Gives every document an outcome. */
async function processAll(checkpoint: Checkpoint): Promise<void> {
  const options = { takeOver: null, move: 'start', maxDeaths: 3 } as const;
  const { run } = await checkpoint.startRun(thisRunner(), options, author);
  const pending = await checkpoint.pending({ afterSeq: 0, limit: 1_000, maxBytes: 1e9, suspects: false });
  const settled = pending.map(({ seq }) => ({
    kind: 'processed' as const,
    seq,
    result: `{"seq":${seq}}`,
    timings: {},
  }));
  await checkpoint.commit(run, settled, author);
  await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
}

describe('submitting', () => {
  test('G8 leaves nothing to be read again: the input may be deleted', async () => {
    using world = setup();
    world.write(doc('a'), doc('b'));
    await look(world.submit(), async ({ checkpoint, created, batch }) => {
      rmSync(world.input);
      expect({ created, ...batch }).toMatchObject({
        created: true,
        batchId: 'news',
        status: 'QUEUED',
        total: 2,
        accepted: true,
      });
      const pending = await checkpoint.pending({ afterSeq: 0, limit: 10, maxBytes: 1e9, suspects: false });
      expect(pending.map(({ documentId, source }) => [documentId, JSON.parse(source)])).toEqual([
        ['a', doc('a')],
        ['b', doc('b')],
      ]);
    });
    expect(await world.store.lastUsed()).toBe('news');
  });

  test('G11 gives every bad line an outcome that names it, and goes on', async () => {
    using world = setup();
    const settings = { ...DEFAULT_SETTINGS, maxLineBytes: 100 };
    world.write(
      doc('a'),
      '{"id":',
      { id: 'b' },
      '',
      doc('a', 'again'),
      { id: ['x'], text: 't' },
      doc('c', 'x'.repeat(100)),
      doc('d'),
    );
    await look(world.submit({ settings }), async (submitted) => {
      expect(await summaryOf(submitted)).toEqual([
        [1, 'a', 'pending'],
        [2, 'line-2', 'invalid_json'],
        [3, 'b#line-3', 'no_text'],
        [5, 'a#line-5', 'duplicate_id'],
        [6, 'line-6', 'invalid_id'],
        [7, 'line-7', 'too_long'],
        [8, 'd', 'pending'],
      ]);
      expect(submitted.acceptance).toMatchObject({ lines: 8, blankLines: 1, tally: { added: 2, rejected: 5 } });
      for (const { failure, source } of await rowsOf(submitted.checkpoint)) {
        if (failure !== null) expect(failure.message).toContain(`Line ${source.line} `);
      }
    });
  });

  test('G11 a file that is missing, or broken from its first byte, changes nothing', async () => {
    using world = setup();
    await expect(world.submit()).rejects.toMatchObject({ code: 'missing_file' });
    writeFileSync(world.input, gzipSync('{"text":"t"}').subarray(0, 10));
    await expect(world.submit()).rejects.toMatchObject({ code: 'input_unreadable' });
    await expect(world.submit({ batchId: '../x' })).rejects.toMatchObject({ code: 'invalid_batch_id' });
    expect(existsSync(world.data)).toBe(false);
  });

  test('keeps what it could read of a broken file; mended, it completes the rest', async () => {
    using world = setup();
    const lines = Array.from({ length: 5_000 }, (_, i) => JSON.stringify(doc(`d${i}`, randomUUID())));
    const whole = gzipSync(lines.join('\n'));
    writeFileSync(world.input, whole.subarray(0, whole.length - 1_000));
    await expect(world.submit()).rejects.toMatchObject({ code: 'input_unreadable' });
    const checkpoint = await world.store.open('news');
    const kept = (await checkpoint.batch()).total;
    expect(kept).toBeGreaterThan(3_000);
    expect(await checkpoint.batch()).toMatchObject({ status: 'QUEUED', accepted: false });
    await checkpoint.close();
    writeFileSync(world.input, whole);
    expect(await tallyOf(world.submit())).toMatchObject({ known: kept, added: 5_000 - kept, changed: 0, rejected: 0 });
  });

  test('saves in groups, tells how far it is and hashes the input', async () => {
    using world = setup();
    world.write(...Array.from({ length: 2_500 }, (_, i) => doc(`d${i}`)));
    const progress: number[] = [];
    await look(world.submit({ onProgress: ({ lines }) => progress.push(lines) }), async ({ acceptance }) => {
      expect(progress.length).toBeGreaterThan(1);
      expect(progress).toEqual([...new Set(progress)].sort((a, b) => a - b));
      expect(progress.at(-1)).toBe(2_500);
      expect(acceptance?.inputSha256).toMatch(/^[0-9a-f]{64}$/);
    });
  });
});

describe('submitting the same batch again', () => {
  test('does not read an input it has accepted whole', async () => {
    using world = setup();
    world.write(doc('a'));
    await tallyOf(world.submit());
    expect(await look(world.submit(), async ({ created, acceptance }) => [created, acceptance])).toEqual([false, null]);
    world.write(doc('a'));
    expect(await tallyOf(world.submit())).toMatchObject({ known: 1, added: 0 });
  });

  test('reads it again when the fields are to be read otherwise', async () => {
    using world = setup();
    world.write({ id: 'a', body: 'Text.' });
    expect(await tallyOf(world.submit())).toMatchObject({ rejected: 1 });
    const settings = { ...DEFAULT_SETTINGS, fields: { ...DEFAULT_SETTINGS.fields, text: ['body'] } };
    expect(await tallyOf(world.submit({ settings, settingsChoice: 'change' }))).toMatchObject({
      added: 1,
      rejected: 0,
    });
    await look(world.submit(), async ({ batch }) => expect(batch).toMatchObject({ total: 1, failed: 0 }));
  });

  test('keeps outcomes, adds what is new, reports and keeps what changed, until told otherwise', async () => {
    using world = setup();
    world.write(doc('a'), doc('b'));
    await look(world.submit(), ({ checkpoint }) => processAll(checkpoint));
    world.write(doc('a'), doc('b', 'Other text.'), doc('c'));
    await look(world.submit(), async ({ acceptance, batch }) => {
      expect(acceptance?.tally).toMatchObject({ known: 1, changed: 1, added: 1 });
      expect(batch).toMatchObject({ status: 'RUNNING', total: 3, processed: 2 });
    });
    await look(world.submit({ reprocessChanged: true }), async (submitted) => {
      expect(submitted.acceptance?.tally).toMatchObject({ known: 2, replaced: 1 });
      expect(await summaryOf(submitted)).toEqual([
        [1, 'a', 'processed'],
        [2, 'b', 'pending'],
        [3, 'c', 'pending'],
      ]);
      expect(await submitted.checkpoint.check()).toEqual([]);
    });
  });

  test('drops the outcome of a bad line that was mended', async () => {
    using world = setup();
    world.write(doc('a'), '{"id":"b"');
    await tallyOf(world.submit());
    world.write(doc('a'), doc('b'));
    await look(world.submit(), async (submitted) => {
      expect((await summaryOf(submitted)).map(([, id, state]) => [id, state])).toEqual([
        ['a', 'pending'],
        ['b', 'pending'],
      ]);
    });
  });

  test('refuses a stopped batch and names the ways on', async () => {
    using world = setup();
    world.write(doc('a'));
    await look(world.submit(), ({ checkpoint }) =>
      checkpoint.transition('stop', { reason: null, now: false, run: null }, author),
    );
    await expect(world.submit()).rejects.toMatchObject({
      code: 'refused_transition',
      message: expect.stringMatching(/news is STOPPED.*--batch.*pawl delete news/),
    });
  });

  test('adds documents while a runner works on the batch', async () => {
    using world = setup();
    world.write(doc('a'));
    await look(world.submit(), async ({ checkpoint }) => {
      await checkpoint.startRun(thisRunner(), { takeOver: null, move: 'start', maxDeaths: 3 }, author);
      world.write(doc('a'), doc('b'));
      expect(await tallyOf(world.submit())).toMatchObject({ known: 1, added: 1 });
      expect(await checkpoint.batch()).toMatchObject({ status: 'RUNNING', total: 2 });
    });
  });

  test('with another pipeline says what differs and asks', async () => {
    using world = setup();
    world.write(doc('a'));
    await look(world.submit(), ({ checkpoint }) => processAll(checkpoint));
    const other = { pipeline: OTHER_PIPELINE };
    await expect(world.submit(other)).rejects.toMatchObject({
      code: 'pipeline_differs',
      message: expect.stringMatching(/events: builtin 1 → builtin 2.*--pipeline keep.*--pipeline replace/),
    });
    await look(world.submit({ ...other, pipelineChoice: 'keep' }), async ({ batch }) => {
      expect(batch).toMatchObject({ status: 'COMPLETED', pipeline: PIPELINE });
    });
    await look(world.submit({ ...other, pipelineChoice: 'replace' }), async ({ batch, checkpoint }) => {
      expect(batch).toMatchObject({ status: 'RUNNING', processed: 0, pipeline: OTHER_PIPELINE });
      const [pending] = await checkpoint.pending({ afterSeq: 0, limit: 1, maxBytes: 1e9, suspects: false });
      expect(pending).toMatchObject({ redoStages: ['events'], previousResult: '{"seq":1}' });
    });
  });

  test('replaces a pipeline under a dead runner, never under a live one', async () => {
    using world = setup();
    world.write(doc('a'));
    const replace = { pipeline: OTHER_PIPELINE, pipelineChoice: 'replace' } as const;
    await look(world.submit(), async ({ checkpoint }) => {
      const now = { atMs: Date.now(), by: 'test' };
      const start = { takeOver: null, move: 'start', maxDeaths: 3 } as const;
      const { run } = await checkpoint.startRun(thisRunner(), start, now);
      await expect(world.submit(replace)).rejects.toMatchObject({ code: 'batch_is_running' });
      const dead = { ...thisRunner(), processStart: 'of a process long gone' };
      await checkpoint.startRun(dead, { ...start, takeOver: run }, now);
      await look(world.submit(replace), async ({ batch }) => expect(batch.pipeline).toEqual(OTHER_PIPELINE));
    });
  });

  test('G9 by two at once accounts for every line once', async () => {
    using world = setup();
    world.write(
      ...Array.from({ length: 4_000 }, (_, i) => (i % 10 === 9 ? `{"bad":${i}` : doc(`d${i % 3_500}`, `Text ${i}.`))),
    );
    const [first, second] = await Promise.all([world.submit(), world.submit()]);
    await first.checkpoint.close();
    // The later one takes the input over; where the earlier had just ended, it finds every line known, or has nothing to read.
    for (const { acceptance } of [first, second]) expect(acceptance?.endedAtMs).not.toBeNull();
    using undisturbed = setup();
    undisturbed.write(...readFileSync(world.input, 'utf8').split('\n'));
    const expected = await look(undisturbed.submit(), summaryOf);
    await look(Promise.resolve(second), async (submitted) => {
      expect(new Set((await summaryOf(submitted)).map(String))).toEqual(new Set(expected.map(String)));
      expect(await submitted.checkpoint.check()).toEqual([]);
    });
  });

  test('gives up on another that began later and died, or reads another version', async () => {
    using world = setup();
    world.write(...Array.from({ length: 3_000 }, (_, i) => doc(`d${i}`)));
    await look(world.submit(), async ({ checkpoint }) => {
      const [{ source = { name: '', fingerprint: null } } = {}] = await checkpoint.acceptances();
      for (const later of [source, { ...source, fingerprint: 'another' }]) {
        let nowMs = 0;
        const sleep = async (ms: number) => {
          nowMs += ms;
        };
        const clock = { ...systemClock, now: () => nowMs, sleep };
        let hasBegun = false;
        const onProgress = () => {
          if (!hasBegun) void checkpoint.beginAcceptance(later, author);
          hasBegun = true;
        };
        const again = world.submit({ clock, onProgress, reprocessChanged: true });
        await expect(again).rejects.toMatchObject({ code: 'input_taken_over' });
        expect(nowMs).toBe(later === source ? 10_000 : 0);
      }
      expect(await tallyOf(world.submit())).toMatchObject({ known: 3_000 });
    });
  });

  test('G8 killed again and again while it accepts ends as if it had not been', { timeout: 120_000 }, async () => {
    using world = setup();
    const lines = Array.from({ length: 30_000 }, (_, i) =>
      i % 1_000 === 999 ? `{"id":"bad ${i}"` : JSON.stringify(doc(`d${i % 29_000}`, `Text ${i}.`)),
    );
    world.write(...lines);
    const random = seededRandom(Number(process.env.PAWL_TEST_SEED ?? 8));
    let wereCutOff = 0;
    for (let kill = 0; kill < 8; kill++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'submit-child.ts'), world.data, world.input]);
      const ended = once(child, 'close');
      await Promise.race([once(child.stdout, 'data'), ended]);
      await Promise.race([sleep(random() * 120), ended]);
      child.kill('SIGKILL');
      const [, signal] = await ended;
      if (signal === 'SIGKILL') wereCutOff += 1;
    }
    expect(wereCutOff).toBeGreaterThan(0);
    using undisturbed = setup();
    undisturbed.write(...lines);
    const expected = await look(undisturbed.submit(), summaryOf);
    await look(world.submit(), async (submitted) => {
      expect(new Set((await summaryOf(submitted)).map(String))).toEqual(new Set(expected.map(String)));
      expect(submitted.batch.total).toBe(expected.length);
      expect(await submitted.checkpoint.check()).toEqual([]);
    });
  });
});
