import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Authorship, Checkpoint, InputLine, SettledDocument, Spending } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts';
import type {
  KeptBytesQuery,
  LinkedDocumentColumns,
  LinkingUpdate,
  SketchedDocument,
  StorylineRow,
} from '../../src/checkpoint/linking-state.ts';
import { type PackedBytes, unpackBytes } from '../../src/checkpoint/packed-bytes.ts';
import { resultText } from '../../src/checkpoint/read-result.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { Runner } from '../../src/domain/batch.ts';
import { BATCH_TRANSITIONS, type PauseReason } from '../../src/domain/batch-status.ts';

/** What an adapter offers to be tested. */
export interface CheckpointHarness {
  /** A store of its own for each test. */
  readonly store: CheckpointStore;
  /** Opens a batch the way this harness is about. */
  open(batchId: string): Promise<Checkpoint>;
  /** Lets go of everything. */
  dispose(): Promise<void>;
}

const runner: Runner = { pid: 1, host: 'here', processStart: 'then' };
const pipeline = { stages: [{ name: 'entities', fingerprint: 'f1', description: 'builtin' }] };
const author: Authorship = { atMs: 1_000, by: 'tester' };
const ALL = { afterSeq: 0, limit: 1_000, maxBytes: 1e9 };

function line(number: number, documentId = `d${number}`, contentHash = `h-${documentId}`): InputLine {
  return { kind: 'document', line: number, documentId, contentHash, source: `{"text":"${documentId}"}` };
}

function badLine(number: number, contentHash = `bad-${number}`): InputLine {
  const failure = { code: 'invalid_json', message: `Line ${number} is not JSON.`, stage: 'accept', attempts: 1 };
  return { kind: 'rejected', line: number, documentId: null, contentHash, failure, excerpt: '{' };
}

const processed = (seq: number, result = `{"seq":${seq}}`): SettledDocument => ({
  kind: 'processed',
  seq,
  result,
  timings: { entities: 1.5 },
});
const failed = (seq: number, code = 'timeout'): SettledDocument => ({
  kind: 'failed',
  seq,
  failure: { code, message: 'It took too long.', stage: 'entities', attempts: 2 },
});

const paid = (seq: number, model = 'm'): Spending => ({
  kind: 'spent',
  seq,
  usage: { provider: 'p', model, requests: 1, inputTokens: 8, outputTokens: 2, costNanos: 30, unpricedTokens: 0 },
});

/** The behaviour every checkpoint adapter must have. */
export function describeCheckpoint(name: string, openHarness: () => Promise<CheckpointHarness>): void {
  describe(`a checkpoint (${name})`, () => {
    const harnesses: CheckpointHarness[] = [];

    afterEach(async () => {
      for (const harness of harnesses.splice(0)) await harness.dispose();
    });

    async function setup(lines: readonly InputLine[] = []) {
      const harness = await openHarness();
      harnesses.push(harness);
      const settings = DEFAULT_SETTINGS;
      await (await harness.store.create({ batchId: 'b', jobId: randomUUID(), pipeline, settings }, author)).close();
      const checkpoint = await harness.open('b');
      if (lines.length > 0) await accept(checkpoint, lines);
      return { harness, checkpoint };
    }

    async function accept(checkpoint: Checkpoint, lines: readonly InputLine[], reprocessChanged = false) {
      const acceptance = await checkpoint.beginAcceptance({ name: 'in.jsonl', fingerprint: '1:1' }, author);
      await checkpoint.accept(acceptance, lines, { reprocessChanged }, author);
      const totals = { lines: lines.length, blankLines: 0, inputSha256: null };
      return checkpoint.endAcceptance(acceptance, totals, author);
    }

    const startRun = (checkpoint: Checkpoint, takeOver: number | null = null) =>
      checkpoint.startRun(runner, { takeOver, move: 'start', maxDeaths: 3 }, author);

    test('is QUEUED and empty when it is made', async () => {
      const { checkpoint } = await setup();
      expect(await checkpoint.batch()).toMatchObject({ batchId: 'b', status: 'QUEUED', total: 0, accepted: false });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('G8 holds every accepted line, and says what became of each', async () => {
      const { checkpoint } = await setup();
      const record = await accept(checkpoint, [line(1), badLine(2), line(3), line(4, 'd1')]);
      expect(record.tally).toEqual({ added: 2, known: 0, changed: 0, replaced: 0, rejected: 2 });
      expect(await checkpoint.batch()).toMatchObject({ total: 4, failed: 2, accepted: true });
      const failures = await checkpoint.documents({ state: 'failed' }, { afterSeq: 0, limit: 10 });
      expect(failures.map(({ documentId, failure }) => [documentId, failure?.code])).toEqual([
        ['line-2', 'invalid_json'],
        ['d1#line-4', 'duplicate_id'],
      ]);
      await checkpoint.close();
    });

    test('G8 takes a killed acceptance repeated as if it had been done once', async () => {
      const { checkpoint } = await setup();
      const lines = [line(1), badLine(2), line(3), line(4, 'd1'), line(5)];
      const cutOff = await checkpoint.beginAcceptance({ name: 'in.jsonl', fingerprint: null }, author);
      await checkpoint.accept(cutOff, lines.slice(0, 4), { reprocessChanged: false }, author);
      await accept(checkpoint, lines);
      const undisturbed = await setup(lines);
      const ids = async (one: Checkpoint) =>
        (await one.documents({}, { afterSeq: 0, limit: 10 })).map(({ documentId, state }) => [documentId, state]);
      expect(await ids(checkpoint)).toEqual(await ids(undisturbed.checkpoint));
      expect(await checkpoint.check()).toEqual([]);
      await Promise.all([checkpoint.close(), undisturbed.checkpoint.close()]);
    });

    test('G6 a collection goes on reading a source where it was cut off, and only the last who began does', async () => {
      const harness = await openHarness();
      harnesses.push(harness);
      const batch = { jobId: randomUUID(), pipeline: { stages: [] }, settings: DEFAULT_SETTINGS, isCollection: true };
      await (await harness.store.create({ batchId: 'c', ...batch }, author)).close();
      const checkpoint = await harness.open('c');
      const source = { batchId: 'b', jobId: 'job', epoch: 0 };
      const result = (resultSeq: number, content = 'first') => ({
        documentId: `b/d${resultSeq}`,
        resultSeq,
        contentHash: content,
        source: '{}',
        result: JSON.stringify(content),
        timings: {},
        suspicious: null,
      });
      const cutOff = await checkpoint.beginCollecting(source, author);
      await checkpoint.collect(cutOff.acceptance, [result(1), result(2)], author);
      const { acceptance, afterSeq } = await checkpoint.beginCollecting(source, author);
      expect(afterSeq).toBe(2);
      await expect(checkpoint.collect(cutOff.acceptance, [result(3)], author)).rejects.toMatchObject({
        code: 'input_taken_over',
      });
      await checkpoint.collect(acceptance, [result(3)], author);
      expect(await checkpoint.endCollecting(acceptance, author)).toMatchObject({ added: 1 });
      expect(await checkpoint.collectedSources()).toMatchObject([{ ...source, resultSeq: 3, documents: 3 }]);

      // Results were taken back in the source: it is read anew, also over a crash in the middle.
      const anew = await checkpoint.beginCollecting({ ...source, epoch: 1 }, author);
      expect(anew.afterSeq).toBe(0);
      await checkpoint.collect(anew.acceptance, [result(1)], author);
      const rest = await checkpoint.beginCollecting({ ...source, epoch: 1 }, author);
      await checkpoint.collect(rest.acceptance, [result(2, 'second')], author);
      const tally = await checkpoint.endCollecting(rest.acceptance, author);
      expect(tally).toEqual({ added: 0, known: 0, replaced: 1, removed: 1 });
      expect((await checkpoint.results(ALL)).map((one) => [one.documentId, resultText(one)])).toEqual([
        ['b/d1', '"first"'],
        ['b/d2', '"second"'],
      ]);
      expect(await checkpoint.batch()).toMatchObject({ isCollection: true, total: 2, processed: 2 });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('drops a rejected line once the input is corrected', async () => {
      const { checkpoint } = await setup([line(1), badLine(2)]);
      await accept(checkpoint, [line(1), line(2)]);
      expect(await checkpoint.batch()).toMatchObject({ total: 2, failed: 0 });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('G9 keeps the rejected lines of a stream: what comes later is no correction of it', async () => {
      const { checkpoint } = await setup();
      const stream = { name: '-', fingerprint: null };
      for (const lines of [[line(1), badLine(2)], [line(1, 'd5')]]) {
        const acceptance = await checkpoint.beginAcceptance(stream, author);
        await checkpoint.accept(acceptance, lines, { reprocessChanged: false }, author);
        await checkpoint.endAcceptance(acceptance, { lines: 2, blankLines: 0, inputSha256: null }, author);
      }
      expect(await checkpoint.batch()).toMatchObject({ total: 3, failed: 1 });
      await checkpoint.close();
    });

    test('G9 lets only the later of two acceptances of one file go on, and streams side by side', async () => {
      const { checkpoint } = await setup();
      const options = { reprocessChanged: false };
      const begin = (name: string, fingerprint: string | null) =>
        checkpoint.beginAcceptance({ name, fingerprint }, author);
      const [earlier, later] = [await begin('in.jsonl', '1:1'), await begin('in.jsonl', '2:2')];
      const totals = { lines: 1, blankLines: 0, inputSha256: null };
      const refusal = { code: 'input_taken_over', message: expect.stringContaining('in.jsonl') };
      await expect(checkpoint.accept(earlier, [line(1)], options, author)).rejects.toMatchObject(refusal);
      await expect(checkpoint.endAcceptance(earlier, totals, author)).rejects.toMatchObject(refusal);
      expect(await checkpoint.accept(later, [line(1)], options, author)).toMatchObject({ added: 1 });
      const streams = [await begin('-', null), await begin('-', null), await begin('other.jsonl', '1:1')];
      for (const [i, stream] of streams.entries()) {
        expect(await checkpoint.accept(stream, [line(1, `s${i}`)], options, author)).toMatchObject({ added: 1 });
        await checkpoint.endAcceptance(stream, totals, author);
      }
      await checkpoint.endAcceptance(later, totals, author);
      await checkpoint.close();
    });

    test('keeps a known document whose content changed, unless told to do it again', async () => {
      const { checkpoint } = await setup([line(1)]);
      const run = await startRun(checkpoint);
      await checkpoint.commit(run.run, [processed(1)], author);
      await checkpoint.endRun(run.run, 'completed', { move: 'complete', reason: null }, author);
      const kept = await accept(checkpoint, [line(1, 'd1', 'other')]);
      expect(kept.tally).toMatchObject({ changed: 1 });
      expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED', processed: 1, resultsEpoch: 0 });
      const replaced = await accept(checkpoint, [line(1, 'd1', 'other')], true);
      expect(replaced.tally).toMatchObject({ replaced: 1 });
      expect(await checkpoint.batch()).toMatchObject({ status: 'RUNNING', processed: 0, resultsEpoch: 1 });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('G1 counts a document with its result, in one step, and only once (G2)', async () => {
      const { checkpoint } = await setup([line(1), line(2)]);
      const { run } = await startRun(checkpoint);
      expect(await checkpoint.commit(run, [processed(1, '{"first":true}'), failed(2)], author)).toEqual({
        processed: 1,
        failed: 1,
      });
      expect(await checkpoint.commit(run, [processed(1, '{"second":true}'), processed(2)], author)).toEqual({
        processed: 0,
        failed: 0,
      });
      const results = await checkpoint.results(ALL);
      expect(results.map((one) => [one.documentId, resultText(one)])).toEqual([['d1', '{"first":true}']]);
      expect(await checkpoint.document('d2')).toMatchObject({
        state: 'failed',
        attempts: 1,
        failure: { code: 'timeout' },
      });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('saves results in UTF-8, which may share a buffer, as it saves text', async () => {
      const { checkpoint } = await setup([line(1), line(2), line(3)]);
      const { run } = await startRun(checkpoint);
      const texts = ['{"said":"naïve – 😀"}', '{"said":"yes"}'];
      const bytes = new TextEncoder().encode(texts.join(''));
      const length = new TextEncoder().encode(texts[0]).length;
      const records = [
        { ...processed(1), result: bytes.subarray(0, length) },
        { ...processed(2), result: bytes.subarray(length) },
        processed(3, texts[0]),
      ];
      await checkpoint.commit(run, records, author);
      const results = await checkpoint.results(ALL);
      expect(results.map(resultText)).toEqual([...texts, texts[0]]);
      await checkpoint.close();
    });

    test('G6 hands out exactly the documents without an outcome', async () => {
      const { checkpoint } = await setup([line(1), line(2), line(3)]);
      const { run } = await startRun(checkpoint);
      await checkpoint.commit(run, [processed(2)], author);
      const pending = await checkpoint.pending({ ...ALL, suspects: false });
      expect(pending.map(({ documentId }) => documentId)).toEqual(['d1', 'd3']);
      await checkpoint.close();
    });

    test('bounds a page of documents by their bytes, but gives at least one', async () => {
      const { checkpoint } = await setup([line(1), line(2), line(3)]);
      const page = await checkpoint.pending({ afterSeq: 0, limit: 10, maxBytes: 1, suspects: false });
      expect(page.map(({ seq }) => seq)).toEqual([1]);
      await checkpoint.close();
    });

    test('has one runner at a time', async () => {
      const { checkpoint } = await setup([line(1)]);
      await startRun(checkpoint);
      await expect(startRun(checkpoint)).rejects.toMatchObject({ code: 'batch_is_running' });
      await checkpoint.close();
    });

    test('G2 refuses a run that was taken over', async () => {
      const { checkpoint } = await setup([line(1)]);
      const first = await startRun(checkpoint);
      const second = await startRun(checkpoint, first.run);
      const lost = { code: 'lease_lost' };
      await expect(checkpoint.commit(first.run, [processed(1)], author)).rejects.toMatchObject(lost);
      await expect(checkpoint.heartbeat(first.run, { inFlight: 0, stages: [] }, author)).rejects.toMatchObject(lost);
      await expect(checkpoint.endRun(first.run, 'paused', null, author)).rejects.toMatchObject(lost);
      expect(await checkpoint.commit(second.run, [processed(1)], author)).toMatchObject({ processed: 1 });
      expect((await checkpoint.runs()).map(({ end }) => end)).toEqual(['died', null]);
      await checkpoint.close();
    });

    test('G9 adds up what is paid by document, run and batch, and keeps it when the document is tried again', async () => {
      const { checkpoint } = await setup([line(1), line(2)]);
      const { run } = await startRun(checkpoint);
      expect((await checkpoint.batch()).usage).toEqual([]);
      await checkpoint.commit(run, [paid(1), failed(1), paid(2, 'other'), paid(2)], author);
      await checkpoint.retry({ codes: [], documentIds: [] }, author);
      await checkpoint.commit(run, [paid(1), processed(1)], author);
      const { usage } = paid(1);
      const twice = { ...usage, requests: 2, inputTokens: 16, outputTokens: 4, costNanos: 60 };
      expect(await checkpoint.usageOf('d1')).toEqual([twice]);
      expect(await checkpoint.usageOf('nobody')).toEqual([]);
      const [ofModel, ofOther] = (await checkpoint.batch()).usage;
      expect(ofModel).toMatchObject({ model: 'm', requests: 3, costNanos: 90 });
      expect(ofOther).toMatchObject({ model: 'other', requests: 1, costNanos: 30 });
      expect((await checkpoint.runs())[0]).toMatchObject({ tokens: 40, costNanos: 120 });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('counts a death to the documents in flight, hands out suspects apart, and sets aside at the third', async () => {
      const { checkpoint } = await setup([line(1), line(2), line(3)]);
      let { run } = await startRun(checkpoint);
      for (let death = 1; death <= 2; death++) {
        await checkpoint.begin(run, [1, 2]);
        if (death === 1) await checkpoint.giveBack(run, [2]);
        ({ run } = await startRun(checkpoint, run));
      }
      const page = async (suspects: boolean) =>
        (await checkpoint.pending({ ...ALL, suspects })).map(({ documentId, deaths }) => [documentId, deaths]);
      expect(await page(false)).toEqual([
        ['d2', 1],
        ['d3', 0],
      ]);
      expect(await page(true)).toEqual([['d1', 2]]);
      await checkpoint.begin(run, [1]);
      await startRun(checkpoint, run);
      expect(await checkpoint.document('d1')).toMatchObject({ state: 'failed', failure: { code: 'poison_document' } });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('makes every move of the transition table and no other, and writes each to the history (G9)', async () => {
      const { checkpoint } = await setup([line(1)]);
      const say = (move: 'pause' | 'resume' | 'stop' | 'complete') =>
        checkpoint.transition(move, { reason: 'user', now: false, run: null }, author);
      await expect(say('pause')).rejects.toMatchObject({
        code: 'refused_transition',
        message: expect.stringContaining('allowed: start, stop'),
      });
      const { run } = await startRun(checkpoint);
      expect(await say('pause')).toMatchObject({
        status: BATCH_TRANSITIONS.RUNNING.pause,
        reason: 'user',
        controlId: 1,
      });
      await checkpoint.acknowledge(run, 1, author);
      expect((await checkpoint.holder())?.acknowledgedControlId).toBe(1);
      expect(await say('stop')).toMatchObject({ status: 'STOPPED', controlId: 2 });
      await expect(say('resume')).rejects.toMatchObject({ code: 'refused_transition' });
      await expect(accept(checkpoint, [line(2)])).rejects.toMatchObject({ code: 'refused_transition' });
      const history = await checkpoint.history({ afterSeq: 0, limit: 100 });
      expect(history.filter(({ to }) => to !== null).map(({ from, to, by }) => [from, to, by])).toEqual([
        [null, 'QUEUED', 'tester'],
        ['QUEUED', 'RUNNING', 'tester'],
        ['RUNNING', 'PAUSED', 'tester'],
        ['PAUSED', 'STOPPED', 'tester'],
      ]);
      await checkpoint.close();
    });

    test('G5 lets a run resume only from the pause of its own working hours', async () => {
      const { checkpoint } = await setup([line(1)]);
      const { run } = await startRun(checkpoint);
      const say = (move: 'pause' | 'resume', reason: PauseReason, by: number | null) =>
        checkpoint.transition(move, { reason, now: false, run: by }, author);
      await say('pause', 'working_hours', run);
      expect(await say('resume', 'working_hours', run)).toMatchObject({ status: 'RUNNING' });
      await say('pause', 'user', null);
      await expect(say('resume', 'working_hours', run)).rejects.toMatchObject({ code: 'refused_transition' });
      expect(await say('resume', 'user', null)).toMatchObject({ status: 'RUNNING' });
      await checkpoint.close();
    });

    test('is not COMPLETED while a document has no outcome', async () => {
      const { checkpoint } = await setup([line(1)]);
      const { run } = await startRun(checkpoint);
      const complete = () => checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      await expect(complete()).rejects.toMatchObject({ code: 'refused_transition' });
      await checkpoint.commit(run, [processed(1)], author);
      await complete();
      expect(await checkpoint.batch()).toMatchObject({ status: 'COMPLETED' });
      await checkpoint.close();
    });

    test('gives failed documents work again by code or id, rejected lines never', async () => {
      const { checkpoint } = await setup([line(1), line(2), line(3), badLine(4)]);
      const { run } = await startRun(checkpoint);
      await checkpoint.commit(run, [failed(1, 'timeout'), failed(2, 'stage_failed'), failed(3, 'timeout')], author);
      await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      expect(await checkpoint.retry({ codes: ['invalid_json'], documentIds: [] }, author)).toBe(0);
      expect(await checkpoint.retry({ codes: ['timeout'], documentIds: ['d1', 'd2'] }, author)).toBe(1);
      expect(await checkpoint.batch()).toMatchObject({ status: 'RUNNING', failed: 3 });
      expect(await checkpoint.retry({ codes: [], documentIds: [] }, author)).toBe(2);
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('keeps what need not be done again when the pipeline is replaced', async () => {
      const { checkpoint } = await setup([line(1)]);
      const { run } = await startRun(checkpoint);
      await checkpoint.commit(run, [processed(1, '{"old":true}')], author);
      await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      const other = { stages: [{ name: 'entities', fingerprint: 'f2', description: 'http' }] };
      expect(await checkpoint.replacePipeline(other, DEFAULT_SETTINGS, ['entities'], author)).toBe(1);
      const [document] = await checkpoint.pending({ ...ALL, suspects: false });
      expect(document).toMatchObject({ previousResult: '{"old":true}', redoStages: ['entities'], attempts: 1 });
      expect(await checkpoint.batch()).toMatchObject({
        status: 'RUNNING',
        processed: 0,
        resultsEpoch: 1,
        pipeline: other,
      });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('lists the documents whose result is hard to believe, until they are done again', async () => {
      const { checkpoint } = await setup([1, 2, 3, 4].map((n) => line(n)));
      const { run } = await startRun(checkpoint);
      const doubted = (seq: number): SettledDocument => ({
        kind: 'processed',
        seq,
        result: '{}',
        timings: {},
        suspicious: 'no events',
      });
      await checkpoint.commit(run, [doubted(1), processed(2), failed(3), doubted(4)], author);
      const listed = async (afterSeq = 0, limit = 10) => {
        const rows = await checkpoint.documents({ state: 'processed', suspicious: true }, { afterSeq, limit });
        return rows.map(({ documentId, suspicious }) => [documentId, suspicious]);
      };
      expect(await listed()).toEqual([
        ['d1', 'no events'],
        ['d4', 'no events'],
      ]);
      expect(await listed(1)).toEqual([['d4', 'no events']]);
      expect(await listed(0, 1)).toEqual([['d1', 'no events']]);
      expect((await checkpoint.document('d2'))?.suspicious).toBeNull();
      await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      await checkpoint.replacePipeline(pipeline, DEFAULT_SETTINGS, ['entities'], author);
      expect(await listed()).toEqual([]);
    });

    test('remembers how far a sink has got', async () => {
      const { checkpoint } = await setup([line(1)]);
      const { run } = await startRun(checkpoint);
      const state = {
        name: 'jsonl',
        resultSeq: 7,
        epoch: 0,
        position: { offset: 12 },
        delivered: 3,
        settlement: 2,
        error: null,
        failingSinceMs: null,
        updatedAtMs: 5,
      };
      await checkpoint.saveSink(run, state);
      expect(await checkpoint.sinks()).toEqual([state]);
      await expect(checkpoint.saveSink(run + 1, state)).rejects.toMatchObject({ code: 'lease_lost' });
      await checkpoint.close();
    });

    test('stores any text as it is, and hostile ids as ids', async () => {
      const ids = ["'; DROP TABLE documents; --", '../../etc/passwd', 'a\u0000b', '\u{1F600}', '<script>'];
      const { checkpoint } = await setup(ids.map((id, i) => line(i + 1, id)));
      const rows = await checkpoint.documents({}, { afterSeq: 0, limit: 10 });
      expect(rows.map(({ documentId }) => documentId)).toEqual(ids);
      for (const id of ids) expect(await checkpoint.document(id)).toMatchObject({ documentId: id });
      await checkpoint.close();
    });

    test('is found by batch id and job id, listed, and gone when it is deleted', async () => {
      const { harness, checkpoint } = await setup([line(1)]);
      const { jobId } = await checkpoint.batch();
      await checkpoint.close();
      await (await harness.open(jobId)).close();
      expect(await harness.store.list()).toMatchObject([{ kind: 'batch', batch: { batchId: 'b' } }]);
      const again = { batchId: 'b', jobId: randomUUID(), pipeline, settings: DEFAULT_SETTINGS };
      await expect(harness.store.create(again, author)).rejects.toMatchObject({ code: 'batch_exists' });
      await harness.store.delete('b');
      await expect(harness.open('b')).rejects.toMatchObject({ code: 'unknown_batch' });
      expect(await harness.store.list()).toEqual([]);
    });

    test('lists every change of a batch, whoever made it and however often it is asked', async () => {
      const { harness, checkpoint } = await setup([line(1)]);
      const listed = async () =>
        (await harness.store.list()).map((one) => (one.kind === 'batch' ? one.batch.total : one));
      for (let total = 1; total <= 5; total++) {
        for (const _ of [1, 2]) expect(await listed()).toEqual([total]);
        await sleep(total % 2 === 0 ? 0 : 80); // within a step of the file system's time, and beyond
        expect(await listed()).toEqual([total]);
        const acceptance = await checkpoint.beginAcceptance({ name: '-', fingerprint: null }, author);
        await checkpoint.accept(acceptance, [line(total + 1)], { reprocessChanged: false }, author);
      }
      await checkpoint.close();
    });

    test('browses documents by state, code, id and title, a page at a time', async () => {
      const titled = (number: number, title: string): InputLine => ({
        ...(line(number) as Extract<InputLine, { kind: 'document' }>),
        source: JSON.stringify({ text: 'x', title }),
      });
      const { checkpoint } = await setup([
        titled(1, 'Rain in Rome'),
        titled(2, 'Snow'),
        badLine(3),
        titled(4, 'rain again'),
      ]);
      const browse = (filter: object, options = { afterSeq: 0, limit: 10 }) =>
        checkpoint.browse({ titleFields: ['headline', 'title'], ...filter }, options);
      const found = async (filter: object) => (await browse(filter)).documents.map(({ documentId }) => documentId);
      expect(await found({ text: 'RAIN' })).toEqual(['d1', 'd4']);
      expect(await found({ text: 'd2' })).toEqual(['d2']);
      expect(await found({ text: "%_'" })).toEqual([]);
      expect(await found({ state: 'failed' })).toEqual(['line-3']);
      expect(await found({ code: 'invalid_json' })).toEqual(['line-3']);
      const first = await browse({}, { afterSeq: 0, limit: 3 });
      expect(first.documents.map(({ title }) => title)).toEqual(['Rain in Rome', 'Snow', null]);
      const rest = await browse({}, { afterSeq: first.nextAfterSeq ?? 0, limit: 3 });
      expect(rest).toMatchObject({ documents: [{ documentId: 'd4' }], nextAfterSeq: null });
      await checkpoint.close();
    });

    test('refuses ids that cannot name a batch', async () => {
      const { harness, checkpoint } = await setup();
      await checkpoint.close();
      for (const batchId of ['', '.', '..', '../x', 'a/b', 'a\\b', '.hidden', 'x'.repeat(129), 'a\u0000b']) {
        const batch = { batchId, jobId: randomUUID(), pipeline, settings: DEFAULT_SETTINGS };
        await expect(harness.store.create(batch, author)).rejects.toMatchObject({ code: 'invalid_batch_id' });
      }
    });

    test('gives what became of each line, with its result, in pages bounded by number and bytes', async () => {
      const { checkpoint } = await setup([line(1), badLine(2), line(3), line(4)]);
      const { run } = await startRun(checkpoint);
      await checkpoint.commit(run, [processed(3, '{"long":"result"}'), processed(1), failed(4)], author);
      const page = await checkpoint.outcomes(ALL);
      expect(
        page.map(({ source, documentId, state, code, result }) => [source.line, documentId, state, code, result]),
      ).toEqual([
        [1, 'd1', 'processed', null, '{"seq":1}'],
        [2, 'line-2', 'failed', 'invalid_json', null],
        [3, 'd3', 'processed', null, '{"long":"result"}'],
        [4, 'd4', 'failed', 'timeout', null],
      ]);
      expect(page[0]).toMatchObject({ acceptance: 1, source: { name: 'in.jsonl' } });
      expect(await checkpoint.outcomes({ ...ALL, limit: 2 })).toEqual(page.slice(0, 2));
      expect(await checkpoint.outcomes({ ...ALL, maxBytes: 9 })).toEqual(page.slice(0, 2));
      expect(await checkpoint.outcomes({ ...ALL, maxBytes: 0, afterSeq: 2 })).toEqual(page.slice(2, 3));
      await checkpoint.close();
    });

    const linked = (resultSeq: number, documentId = `d${resultSeq}`): SketchedDocument => ({
      resultSeq,
      documentId,
      day: resultSeq === 1 ? null : 18_000 + resultSeq,
      keys: Uint32Array.of(1, 4_000_000_000, resultSeq),
      profile: Uint8Array.of(1, 2, 3, resultSeq),
      sketch: Uint8Array.of(9, resultSeq),
    });
    /** Rows of what the checkpoint gives in columns. */
    const rowsOf = (columns: LinkedDocumentColumns) => {
      const [keys, neighbours, likelihoods] = [columns.keys, columns.neighbours, columns.likelihoods].map(apart);
      return columns.resultSeqs.map((resultSeq, i) => ({
        resultSeq,
        documentId: columns.documentIds[i],
        day: columns.days[i],
        keys: [...new Uint32Array(keys![i]!.buffer)],
        neighbours: [...new Uint32Array(neighbours![i]!.buffer)],
        likelihoods: [...new Float32Array(likelihoods![i]!.buffer)],
        isLinked: columns.areLinked[i],
        storylineId: columns.storylineIds[i],
      }));
    };
    const apart = (packed: PackedBytes) => unpackBytes(packed).map((bytes) => new Uint8Array(bytes));
    const alone = (resultSeq: number) => {
      const { profile: _profile, sketch: _sketch, keys, ...row } = linked(resultSeq);
      return { ...row, keys: [...keys], neighbours: [], likelihoods: [], isLinked: false, storylineId: null };
    };
    const storylineRow = (storylineId: string, documents: number): StorylineRow => ({
      storylineId,
      documents,
      events: 3,
      storyline: `{"storyline_id":"${storylineId}"}`,
      kept: Uint8Array.of(7, documents),
      isAnew: true,
      linkages: [
        { part: 2, count: 2, lines: '{"n":3}\n{"n":4}\n' },
        { part: 0, count: 1, lines: '{"n":1}\n' },
        { part: 1, count: 1, lines: '{"n":2}\n' },
      ],
    });
    const numbersOf = async (checkpoint: Checkpoint, storylineId: string) => {
      const page = await checkpoint.linkages(storylineId, { afterSeq: 0, limit: 99 });
      expect(page.map(({ seq }) => seq)).toEqual(page.map((_, i) => i + 1));
      return page.map(({ linkage }) => (JSON.parse(linkage) as { n: number }).n);
    };
    const ANEW = { epoch: 0, format: 1, weights: null, embeddings: null, keepSketches: false };

    /** Three processed documents that are taken up by linking. */
    async function setupLinking() {
      const { harness, checkpoint } = await setup([line(1), line(2), line(3)]);
      const { run } = await startRun(checkpoint);
      await checkpoint.commit(run, [processed(1), processed(2), processed(3)], author);
      await checkpoint.resetLinking(run, ANEW, author);
      expect(await checkpoint.addLinkedDocuments(run, [linked(1), linked(2), linked(3)], author)).toBe(true);
      return { harness, checkpoint, run };
    }

    const together = (settlement: LinkingUpdate['settlement']): LinkingUpdate => ({
      neighbours: [{ resultSeq: 2, neighbours: Uint32Array.of(1), likelihoods: Float32Array.of(0.75) }],
      documents: [1, 2].map((resultSeq) => ({ resultSeq, storylineId: 's-1' })),
      storylines: [storylineRow('s-1', 2)],
      removed: [],
      settlement,
    });

    test('was never linked when it is new', async () => {
      const { checkpoint } = await setup();
      expect(await checkpoint.linking()).toBeNull();
      expect(await checkpoint.storylines({ offset: 0, limit: 10 })).toEqual([]);
      await checkpoint.close();
    });

    test('keeps what linking takes up and finds, and tells results their storyline', async () => {
      const { harness, checkpoint: first, run } = await setupLinking();
      expect(await first.linking()).toMatchObject({ resultSeq: 3, epoch: 0, weights: null, settledSeq: null });
      expect(await first.saveLinking(run, together(null), author)).toBe(true);
      await first.close();
      const checkpoint = await harness.open('b');
      expect(rowsOf(await checkpoint.linkedDocuments(ALL))).toEqual([
        { ...alone(1), isLinked: true, storylineId: 's-1' },
        { ...alone(2), neighbours: [1], likelihoods: [0.75], isLinked: true, storylineId: 's-1' },
        alone(3),
      ]);
      expect((await checkpoint.linkedDocuments({ ...ALL, afterSeq: 1, limit: 1 })).resultSeqs).toEqual([2]);
      const kept = async (query: KeptBytesQuery) => apart(await checkpoint.keptBytes(query)).map((bytes) => [...bytes]);
      expect(await kept({ kind: 'profiles', resultSeqs: [3, 9, 1] })).toEqual([[1, 2, 3, 3], [], [1, 2, 3, 1]]);
      expect(await kept({ kind: 'sketches', resultSeqs: [2] })).toEqual([[9, 2]]);
      expect(await kept({ kind: 'storylines', storylineIds: ['s-2', 's-1'] })).toEqual([[], [7, 2]]);
      expect((await checkpoint.results(ALL)).map(({ storylineId }) => storylineId)).toEqual(['s-1', 's-1', null]);
      expect(await checkpoint.storyline('s-1')).toMatchObject({ documents: 2, events: 3 });
      expect(await checkpoint.storyline('s-2')).toBeNull();
      expect(await checkpoint.linkages('s-1', { afterSeq: 0, limit: 1 })).toEqual([{ seq: 1, linkage: '{"n":1}' }]);
      expect(await checkpoint.linkages('s-1', { afterSeq: 2, limit: 9 })).toEqual([
        { seq: 3, linkage: '{"n":3}' },
        { seq: 4, linkage: '{"n":4}' },
      ]);
      const lines = async (skip: number, maxBytes: number) => {
        const page = await checkpoint.linkageLines(['s-2', 's-1'], { skip, maxBytes });
        return [page.documents, new TextDecoder().decode(page.lines)];
      };
      expect(await lines(0, 1_000)).toEqual([3, '{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n']);
      expect(await lines(1, 1)).toEqual([1, '{"n":2}\n']);
      expect(await lines(3, 1)).toEqual([0, '']);
      expect(await checkpoint.settledDocuments({ afterSeq: 0, limit: 9 })).toEqual([]);
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('knows after a settlement what storylines are measured by, and what became of them', async () => {
      const { checkpoint, run } = await setupLinking();
      const changes = [{ kind: 'born', storylineId: 's-1', details: { documents: 2 } }];
      await checkpoint.saveLinking(run, together({ changes }), author);
      expect(await checkpoint.linking()).toMatchObject({ settledSeq: 3, storylines: 1 });
      expect(await checkpoint.settledDocuments({ afterSeq: 0, limit: 9 })).toMatchObject([
        { documentId: 'd1', storylineId: 's-1' },
        { documentId: 'd2', storylineId: 's-1' },
      ]);
      expect(await checkpoint.storylineChanges({ afterSeq: 0, limit: 9 })).toMatchObject([
        { kind: 'born', storylineId: 's-1', details: { documents: 2 }, atMs: author.atMs },
      ]);
      const [last] = (await checkpoint.history({ afterSeq: 0, limit: 99 })).slice(-1);
      expect(last).toMatchObject({ event: 'storylines_settled', details: { storylines: 1, born: 1 } });
      await checkpoint.addLinkedDocuments(run, [linked(4)], author);
      expect(await checkpoint.linking()).toMatchObject({ resultSeq: 4, settledSeq: null });
      await checkpoint.close();
    });

    test('lists storylines by size, and lets them be replaced and removed', async () => {
      const { checkpoint, run } = await setupLinking();
      await checkpoint.saveLinking(run, together(null), author);
      const grown = [1, 2, 3].map((resultSeq) => ({ resultSeq, storylineId: 's-2' }));
      const change = { neighbours: [], documents: grown, settlement: null };
      const update = { ...change, storylines: [storylineRow('s-2', 3)], removed: ['s-1'] };
      await checkpoint.saveLinking(run, update, author);
      expect(await checkpoint.storylines({ offset: 0, limit: 9 })).toMatchObject([
        { storylineId: 's-2', documents: 3 },
      ]);
      expect(await checkpoint.storylines({ offset: 1, limit: 9 })).toEqual([]);
      expect(await numbersOf(checkpoint, 's-1')).toEqual([]);
      expect((await checkpoint.keptBytes({ kind: 'storylines', storylineIds: ['s-1'] })).bytes).toHaveLength(0);
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('keeps the linkages of documents that a storyline does not say anew', async () => {
      const { checkpoint, run } = await setupLinking();
      await checkpoint.saveLinking(run, together(null), author);
      const grown = {
        ...storylineRow('s-1', 3),
        isAnew: false,
        linkages: [
          { part: 0, count: 0, lines: '' },
          { part: 1, count: 1, lines: '{"n":5}\n' },
          { part: 3, count: 1, lines: '{"n":6}\n' },
        ],
      };
      const documents = [{ resultSeq: 3, storylineId: 's-1' }];
      const update = { neighbours: [], documents, storylines: [grown], removed: [], settlement: null };
      await checkpoint.saveLinking(run, update, author);
      expect(await numbersOf(checkpoint, 's-1')).toEqual([5, 3, 4, 6]);
      await checkpoint.saveLinking(run, { ...update, storylines: [{ ...grown, isAnew: true }] }, author);
      expect(await numbersOf(checkpoint, 's-1')).toEqual([5, 6]);
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('saves no links once results were taken back, until linking begins anew', async () => {
      const { checkpoint, run } = await setupLinking();
      await checkpoint.saveLinking(
        run,
        together({ changes: [{ kind: 'born', storylineId: 's-1', details: {} }] }),
        author,
      );
      await accept(checkpoint, [line(1, 'd1', 'other')], true);
      expect(await checkpoint.addLinkedDocuments(run, [linked(4)], author)).toBe(false);
      expect(await checkpoint.saveLinking(run, together(null), author)).toBe(false);
      await checkpoint.resetLinking(run, { ...ANEW, epoch: 1, weights: '{}' }, author);
      expect(await checkpoint.linking()).toMatchObject({ resultSeq: 0, epoch: 1, weights: '{}', storylines: 0 });
      expect((await checkpoint.linkedDocuments(ALL)).resultSeqs).toEqual([]);
      expect((await checkpoint.keptBytes({ kind: 'profiles', resultSeqs: [1] })).bytes).toHaveLength(0);
      expect(await checkpoint.settledDocuments({ afterSeq: 0, limit: 9 })).toHaveLength(2);
      await checkpoint.close();
    });

    test('keeps sketches where only the weights are others', async () => {
      const { checkpoint, run } = await setupLinking();
      await checkpoint.saveLinking(run, together(null), author);
      await checkpoint.resetLinking(run, { ...ANEW, format: 2, weights: '{}', keepSketches: true }, author);
      expect(rowsOf(await checkpoint.linkedDocuments(ALL))).toEqual([alone(1), alone(2), alone(3)]);
      expect((await checkpoint.keptBytes({ kind: 'sketches', resultSeqs: [1] })).bytes).toEqual(Uint8Array.of(9, 1));
      expect(await checkpoint.linking()).toMatchObject({ resultSeq: 3, format: 2, storylines: 0 });
      await checkpoint.close();
    });

    test('has storylines say the same in other words, until they are composed again', async () => {
      const { checkpoint, run } = await setupLinking();
      await checkpoint.saveLinking(run, together({ changes: [] }), author);
      const told = {
        storylineId: 's-1',
        storyline: '{"title":"told"}',
        linkages: { count: 2, lines: '{"n":8}\n{"n":9}\n' },
      };
      const gone = { ...told, storylineId: 's-gone' };
      await checkpoint.retellStorylines(run, { storylines: [told, gone], by: 'openai m' }, author);
      expect(await checkpoint.storyline('s-1')).toMatchObject({ documents: 2, storyline: told.storyline });
      expect(await checkpoint.storyline('s-gone')).toBeNull();
      expect(await numbersOf(checkpoint, 's-1')).toEqual([8, 9, 1, 2, 3, 4]);
      const rest = await checkpoint.linkages('s-1', { afterSeq: 1, limit: 2 });
      expect(rest.map(({ linkage }) => linkage)).toEqual(['{"n":9}', '{"n":1}']);
      expect(await checkpoint.linking()).toMatchObject({ summaries: 'openai m', settlement: 2 });
      await checkpoint.saveLinking(run, together(null), author);
      expect(await numbersOf(checkpoint, 's-1')).toEqual([1, 2, 3, 4]);
      await checkpoint.close();
    });

    test("notes once what storylines lack, and counts what linking paid for as the batch's and the run's", async () => {
      const { checkpoint, run } = await setupLinking();
      for (const missing of ['embeddings', 'embeddings', null]) await checkpoint.sayMissing(run, missing, author);
      const history = await checkpoint.history({ afterSeq: 0, limit: 99 });
      expect(history.filter(({ event }) => event === 'storylines_lack')).toMatchObject([{ reason: 'embeddings', run }]);
      const usage = {
        provider: 'p',
        model: 'm',
        requests: 1,
        inputTokens: 7,
        outputTokens: 0,
        costNanos: 3,
        unpricedTokens: 0,
      };
      await checkpoint.addLinkingUsage(run, usage);
      await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      await checkpoint.addLinkingUsage(null, usage);
      expect((await checkpoint.batch()).usage).toEqual([{ ...usage, requests: 2, inputTokens: 14, costNanos: 6 }]);
      expect((await checkpoint.runs()).at(-1)).toMatchObject({ tokens: 7, costNanos: 3 });
      expect(await checkpoint.check()).toEqual([]);
      await checkpoint.close();
    });

    test('lets only the run that holds the batch link it, and without a run only where none does', async () => {
      const { checkpoint, run } = await setupLinking();
      await expect(checkpoint.saveLinking(run + 1, together(null), author)).rejects.toMatchObject({
        code: 'lease_lost',
      });
      await expect(checkpoint.saveLinking(null, together(null), author)).rejects.toMatchObject({
        code: 'batch_is_running',
      });
      await checkpoint.endRun(run, 'completed', { move: 'complete', reason: null }, author);
      expect(await checkpoint.saveLinking(null, together(null), author)).toBe(true);
      await checkpoint.close();
    });

    test('G9 has counters that equal its rows after any sequence of changes, reopened at any moment', async () => {
      const change = fc.oneof(
        fc.record({
          kind: fc.constant('accept' as const),
          ids: fc.array(fc.nat(9), { maxLength: 4 }),
          reprocess: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant('settle' as const),
          seqs: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
          fails: fc.boolean(),
        }),
        fc.record({
          kind: fc.constant('die' as const),
          seqs: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
        }),
        fc.record({
          kind: fc.constant('pay' as const),
          seqs: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
          model: fc.constantFrom('a', 'b'),
        }),
        fc.constant({ kind: 'retry' as const }),
        fc.constant({ kind: 'reopen' as const }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
          const { harness, checkpoint: first } = await setup();
          let checkpoint = first;
          let { run } = await startRun(checkpoint);
          for (const [step, one] of changes.entries()) {
            if (one.kind === 'pay') {
              const open = (await checkpoint.pending({ ...ALL, suspects: false })).map(({ seq }) => seq);
              const payments = one.seqs.filter((seq) => open.includes(seq)).map((seq) => paid(seq, one.model));
              await checkpoint.commit(run, payments, author);
            } else if (one.kind === 'accept') {
              await accept(
                checkpoint,
                one.ids.map((id, i) => line(i + 1, `d${id}`, `h${step % 2}`)),
                one.reprocess,
              );
            } else if (one.kind === 'settle') {
              await checkpoint.commit(
                run,
                one.seqs.map((seq) => (one.fails ? failed(seq) : processed(seq))),
                author,
              );
            } else if (one.kind === 'die') {
              await checkpoint.begin(run, one.seqs);
              ({ run } = await startRun(checkpoint, run));
            } else if (one.kind === 'retry') {
              await checkpoint.retry({ codes: [], documentIds: [] }, author);
            } else {
              await checkpoint.close();
              checkpoint = await harness.open('b');
            }
            expect(await checkpoint.check()).toEqual([]);
          }
          await checkpoint.close();
        }),
        { numRuns: 12 },
      );
    });
  });
}
