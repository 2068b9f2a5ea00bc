// Works on a batch until half of it is done, and ends as Ctrl-C would.
import { runBatch } from '../../packages/pawl/src/engine/run-batch.ts';
import { count, doNothing, openBench, report } from './workload.ts';

const checkpoint = await openBench();
const half = new AbortController();
const begunAt = performance.now();
await runBatch({
  checkpoint,
  pipeline: doNothing(),
  sinks: [],
  by: 'bench',
  interrupt: half.signal,
  onProgress: ({ processed }) => {
    if (processed >= count / 2) half.abort();
  },
});
report((performance.now() - begunAt) / 1000);
await checkpoint.close();
