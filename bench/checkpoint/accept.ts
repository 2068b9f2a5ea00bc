// Accepts the documents: makes the batch that engine.ts works on.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { openStore } from '../../packages/pawl/src/composition.ts';
import { acceptInput } from '../../packages/pawl/src/intake/accept-input.ts';
import { openInput } from '../../packages/pawl/src/intake/open-input.ts';
import { author, BATCH_ID, count, doNothing, folder, openBench, report, settings, sourceOf } from './workload.ts';

const store = openStore(folder);
const batch = { batchId: BATCH_ID, jobId: randomUUID(), pipeline: doNothing().identity, settings };
await (await store.create(batch, author)).close();
const checkpoint = await openBench();

function* chunks(): Generator<Buffer> {
  const LINES = 500;
  for (let from = 0; from < count; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, count - from) }, (_, i) => `${sourceOf(from + i)}\n`);
    yield Buffer.from(lines.join(''));
  }
}

const begunAt = performance.now();
const input = await openInput('-', Readable.from(chunks(), { objectMode: true }));
await acceptInput(checkpoint, input, settings, { reprocessChanged: false, author: () => author });
report((performance.now() - begunAt) / 1000);
await checkpoint.close();
