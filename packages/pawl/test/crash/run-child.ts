import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSinks, openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { submitBatch } from '../../src/intake/submit-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Stage } from '../../src/pipeline/stage.ts';

// What the crash tests start and kill: `node run-child.ts '<options as JSON>'` submits an input and works on it.

export interface ChildOptions {
  readonly data: string;
  readonly input: string;
  readonly concurrency: number;
  /** How long the stage takes for each document. */
  readonly stageMs: number;
  /** The document during which the process kills itself. */
  readonly killer?: string;
}

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;

const stage: Stage = {
  name: 'length',
  provider: 'test',
  model: null,
  fingerprint: 'length',
  description: 'counts characters',
  run: async ({ document }) => {
    await sleep(options.stageMs);
    if (document.documentId === options.killer) process.kill(process.pid, 'SIGKILL');
    return { value: document.text.length };
  },
};

const store = openStore(options.data);
const pipeline = new Pipeline([stage]);
const settings = { ...DEFAULT_SETTINGS, concurrency: options.concurrency };
const submitted = await submitBatch(store, {
  input: options.input,
  settings,
  pipeline: pipeline.identity,
  pipelineChoice: null,
  reprocessChanged: false,
  by: 'test',
  clock: systemClock,
  newJobId: randomUUID,
});
const { batchId } = submitted.batch;
await submitted.checkpoint.close();

const checkpoint = await store.openThreaded(batchId);
process.stdout.write('running\n');
const summary = await runBatch({
  checkpoint,
  pipeline,
  sinks: createSinks(settings, store.folderOf(batchId)),
  by: 'test',
  onProgress: ({ processed }) => process.stdout.write(`processed ${processed}\n`),
});
await checkpoint.close();
process.stdout.write(`${summary.end}\n`);
