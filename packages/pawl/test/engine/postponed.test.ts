import { expect, test } from 'vitest';
import { StageError } from '../../src/domain/stage-error.ts';
import { orderBatch } from '../../src/engine/control-batch.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { testBatch } from './test-batch.ts';

// Documents that a stage postpones, because what it waits for need not keep others waiting.

/** Postpones each document until it was waited for once after it was seen. */
function postponingPipeline(wait: (signal: AbortSignal) => Promise<void>) {
  const seen = new Set<string>();
  const answered = new Set<string>();
  const waits: number[] = [];
  const pipeline = new Pipeline([
    {
      name: 'seen',
      provider: 'test',
      model: null,
      fingerprint: 'test',
      description: 'test',
      run: async ({ document: { documentId } }) => {
        if (answered.has(documentId)) return { value: true };
        seen.add(documentId);
        throw new StageError('postponed', 'answer_awaited', 'later');
      },
      awaitPostponed: async (signal, tell) => {
        waits.push(seen.size);
        tell('an answer');
        await wait(signal);
        for (const id of seen) answered.add(id);
      },
    },
  ]);
  return { pipeline, waits };
}

const by = 'test';

test('all others are begun before the postponed are waited for, and then these are taken up again, unharmed', async () => {
  await using batch = await testBatch(600, { concurrency: 3 });
  const { checkpoint } = batch;
  const { pipeline, waits } = postponingPipeline(async () => undefined);
  const told: (string | null)[] = [];
  const onProgress = ({ report }: { report: { stages: readonly { waitingFor: string | null }[] } }) =>
    void told.push(...report.stages.map(({ waitingFor }) => waitingFor));
  expect(await runBatch({ checkpoint, pipeline, sinks: [], by, onProgress })).toMatchObject({ end: 'completed' });
  expect(waits).toEqual([600]);
  expect(told).toContain('an answer');
  expect(told.at(-1)).toBeNull();
  const documents = await checkpoint.documents({}, { afterSeq: 0, limit: 1_000 });
  expect(documents.every(({ attempts, deaths }) => attempts === 1 && deaths === 0)).toBe(true);
});

test('G5 an order ends the wait at once, and the next run takes the documents up', async () => {
  await using batch = await testBatch(5);
  const { checkpoint } = batch;
  const waiting = Promise.withResolvers<void>();
  const forever = postponingPipeline((signal) => {
    waiting.resolve();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const running = runBatch({ checkpoint, pipeline: forever.pipeline, sinks: [], by });
  await waiting.promise;
  const { runner } = await orderBatch(checkpoint, 'pause', { now: false, by, clock: systemClock });
  expect(runner).not.toBe('unanswered');
  expect(await running).toMatchObject({ end: 'paused', batch: { processed: 0, failed: 0 } });
  const { pipeline } = postponingPipeline(async () => undefined);
  expect(await runBatch({ checkpoint, pipeline, sinks: [], by })).toMatchObject({ end: 'completed' });
});

test('what breaks the wait breaks the run, and no document', async () => {
  await using batch = await testBatch(2);
  const { checkpoint } = batch;
  const { pipeline } = postponingPipeline(() => Promise.reject(new Error('the ledger is gone')));
  await expect(runBatch({ checkpoint, pipeline, sinks: [], by })).rejects.toThrow('the ledger is gone');
  expect(await checkpoint.batch()).toMatchObject({ status: 'FAILED', processed: 0, failed: 0 });
});
