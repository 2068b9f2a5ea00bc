import { createSinks, openStore } from '../../src/composition.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';

// What kill-linking.test.ts starts and kills: `node link-child.ts <data folder> <batch>` runs a batch whose documents are done.

const [data = '', batchId = ''] = process.argv.slice(2);
const store = openStore(data);
const checkpoint = await store.openThreaded(batchId);
const folder = store.folderOf(batchId);
process.stdout.write('running\n');
const { end } = await runBatch({
  checkpoint,
  pipeline: new Pipeline([]),
  sinks: createSinks((await checkpoint.batch()).settings, folder),
  folder,
  by: 'test',
});
await checkpoint.close();
process.stdout.write(`${end}\n`);
