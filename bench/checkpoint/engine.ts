// Works on the batch that accept.ts made: the whole engine with a pipeline that does nothing.
import { runBatch } from '../../packages/pawl/src/engine/run-batch.ts';
import { count, doNothing, openBench, report } from './workload.ts';

const checkpoint = await openBench();
const begunAt = performance.now();
const { batch } = await runBatch({ checkpoint, pipeline: doNothing(), sinks: [], by: 'bench' });
const seconds = (performance.now() - begunAt) / 1000;
if (batch.processed !== count) throw new Error(`${batch.processed} of ${count} documents were processed`);
report(seconds);
await checkpoint.close();
