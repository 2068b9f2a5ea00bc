// Resumes a batch and reports the time from the start of the process to the first document's first stage.
import { runBatch } from '../../packages/pawl/src/engine/run-batch.ts';
import { doNothing, openBench, report } from './workload.ts';

const checkpoint = await openBench();
const first = new AbortController();
let seconds = Number.NaN;
const pipeline = doNothing(() => {
  seconds = performance.now() / 1000; // counts from the start of the process
  first.abort();
});
await runBatch({ checkpoint, pipeline, sinks: [], by: 'bench', abort: first.signal });
report(seconds);
await checkpoint.close();
