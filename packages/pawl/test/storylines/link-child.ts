import { answersFor, createSinks, openStore } from '../../src/composition.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { closeLinkingModels, createLinkingModels } from '../../src/storylines/linking-models.ts';

// What tests start and kill: `node link-child.ts <data folder> <batch>` runs a batch whose documents are done.

const [data = '', batchId = ''] = process.argv.slice(2);
const store = openStore(data);
const checkpoint = await store.openThreaded(batchId);
const folder = store.folderOf(batchId);
const { settings } = await checkpoint.batch();
const linkingModels = createLinkingModels(settings, process.env, answersFor(settings, data));
process.stdout.write('running\n');
const { end } = await runBatch({
  checkpoint,
  pipeline: new Pipeline([]),
  sinks: createSinks(settings, folder),
  folder,
  linkingModels,
  by: 'test',
});
await closeLinkingModels(linkingModels);
await checkpoint.close();
process.stdout.write(`${end}\n`);
