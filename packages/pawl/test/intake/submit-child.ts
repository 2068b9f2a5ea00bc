import { randomUUID } from 'node:crypto';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { submitBatch } from '../../src/intake/submit-batch.ts';
import { PIPELINE } from './pipelines.ts';

// What the tests start and kill while it accepts: `node submit-child.ts <data folder> <input>`.

const [data = '', input = ''] = process.argv.slice(2);
const { checkpoint } = await submitBatch(openStore(data), {
  input,
  settings: DEFAULT_SETTINGS,
  pipeline: PIPELINE,
  pipelineChoice: null,
  reprocessChanged: false,
  by: 'test',
  clock: systemClock,
  newJobId: randomUUID,
  onProgress: ({ lines }) => process.stdout.write(`saved ${lines}\n`),
});
await checkpoint.close();
process.stdout.write('accepted\n');
