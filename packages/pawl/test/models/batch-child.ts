// A run of a batch by a provider's batch API, to be killed: provider, address, data folder.
import { openStore } from '../../src/composition.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { askingStage, batchModel } from './batch-setup.ts';

const [provider = '', baseUrl = '', data = ''] = process.argv.slice(2);
const store = openStore(data);
const checkpoint = await store.openThreaded('b');
if ((await checkpoint.batch()).status === 'COMPLETED') process.exit(0); // killed between its end and its exit
const pipeline = new Pipeline([askingStage(batchModel(provider, baseUrl, store.folderOf('b')))]);
const { end } = await runBatch({ checkpoint, pipeline, sinks: [], by: 'child' });
await pipeline.close();
await checkpoint.close();
process.exitCode = end === 'completed' ? 0 : 1;
