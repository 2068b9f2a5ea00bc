import { expect, test } from 'vitest';
import { StageError } from '../../src/domain/stage-error.ts';
import type { DocumentTrace } from '../../src/engine/document-trace.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { chainStages } from '../../src/pipeline/provider-chain.ts';
import type { Stage } from '../../src/pipeline/stage.ts';
import { stagesOf, testBatch } from './test-batch.ts';

function stage(provider: string, run: Stage['run']): Stage {
  return { name: 'seen', provider, model: null, fingerprint: 'test', description: provider, run };
}

test('the trace of a document names each provider of a chain that was asked', async () => {
  await using batch = await testBatch(1);
  const traces: DocumentTrace[] = [];
  const first = stage('a', async () => {
    throw new StageError('permanent', 'answer_refused', 'a says no.');
  });
  const second = stage('b', async () => ({ value: true, cached: true, ms: 7 }));
  await runBatch({
    checkpoint: batch.checkpoint,
    pipeline: new Pipeline([chainStages([first, second])]),
    sinks: [],
    by: 'test',
    onTrace: (trace) => traces.push(trace),
  });
  expect(traces).toMatchObject([
    {
      batchId: 'b',
      documentId: 'd1',
      outcome: 'processed',
      attempts: 1,
      stages: [
        { name: 'seen', provider: expect.stringMatching(/^a/), outcome: 'failed', code: 'answer_refused', attempts: 1 },
        { name: 'seen', provider: 'b', outcome: 'done', ms: 7, attempts: 1, cached: true },
      ],
    },
  ]);
});

test('a document that is given back has a trace that says so, and another when it is done', async () => {
  await using batch = await testBatch(1);
  const { checkpoint } = batch;
  const traces: DocumentTrace[] = [];
  const onTrace = (trace: DocumentTrace) => traces.push(trace);
  const abort = new AbortController();
  const hanging = stagesOf(async (_, signal) => {
    abort.abort();
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await runBatch({ checkpoint, pipeline: hanging, sinks: [], by: 'test', abort: abort.signal, onTrace });
  await runBatch({ checkpoint, pipeline: stagesOf(async () => undefined), sinks: [], by: 'test', onTrace });
  expect(traces.map(({ outcome }) => outcome)).toEqual(['given_back', 'processed']);
  expect(traces[0]?.stages).toMatchObject([{ name: 'seen', outcome: 'given_back' }]);
});
