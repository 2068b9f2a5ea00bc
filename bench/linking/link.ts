import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openStore } from '../../packages/pawl/src/composition.ts';
import { UNATTENDED_CALL } from '../../packages/pawl/src/domain/stage-call.ts';
import { systemClock } from '../../packages/pawl/src/engine/system-clock.ts';
import { Linking } from '../../packages/pawl/src/storylines/linking.ts';
import { NO_MODELS } from '../../packages/pawl/src/storylines/linking-models.ts';

// Links the batch that fill.ts made, in a process of its own: `node link.ts <data>`. Prints what that took.

const [data = ''] = process.argv.slice(2);
const store = openStore(data);
const checkpoint = await store.openThreaded('bench');
const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();
const linking = new Linking({
  checkpoint,
  folder: store.folderOf('bench'),
  clock: systemClock,
  by: 'bench',
  run: null,
  weights: null,
  memoryMb: 4_096,
  models: NO_MODELS,
  call: UNATTENDED_CALL,
});
await linking.settle(new AbortController().signal);
await linking.close();
const state = await checkpoint.linking();
await checkpoint.close();
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    storylines: state?.storylines ?? 0,
    cpu_ms: Math.round((user + system) / 1000),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    longest_block_ms: Math.round(loop.max / 1e6),
  }),
);
