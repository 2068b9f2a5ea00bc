// What saving, checkpointing and control add to a document of the real pipeline: the built-in pipeline over the same
// documents, once through the whole engine with its JSONL sink, once as a bare loop that keeps nothing. In turn, several
// rounds, one run. The main thread's own work is what is added; the language threads do the same either way.
//
//   npm run bench:overhead [-- --rounds 3 --copies 20 --input examples/news.jsonl]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSinks, openStore } from '../packages/pawl/src/composition.ts';
import { DEFAULT_SETTINGS } from '../packages/pawl/src/config/default-settings.ts';
import { runBatch } from '../packages/pawl/src/engine/run-batch.ts';
import { systemClock } from '../packages/pawl/src/engine/system-clock.ts';
import { submitBatch } from '../packages/pawl/src/intake/submit-batch.ts';
import { toInputDocument } from '../packages/pawl/src/intake/to-input-document.ts';
import { createPipeline } from '../packages/pawl/src/pipeline/create-pipeline.ts';
import type { Pipeline } from '../packages/pawl/src/pipeline/pipeline.ts';
import type { StageInput } from '../packages/pawl/src/pipeline/stage.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    /** How often the input is taken, under other ids: what a batch costs once must not count for a document. */
    copies: { type: 'string', default: '20' },
    input: { type: 'string', default: 'examples/news.jsonl' },
  },
});
const LANES = 4;
const settings = { ...DEFAULT_SETTINGS, concurrency: LANES };
const folder = mkdtempSync(join(tmpdir(), 'pawl-overhead-'));
const input = join(folder, 'documents.jsonl');
const lines = copies(readFileSync(values.input, 'utf8').trim().split('\n'));
writeFileSync(input, lines.join('\n'));

function copies(originals: readonly string[]): string[] {
  return Array.from({ length: Number(values.copies) }, (_, copy) =>
    originals.map((line) => {
      const document = JSON.parse(line) as { document_id: string };
      return JSON.stringify({ ...document, document_id: `${document.document_id}-${copy}` });
    }),
  ).flat();
}

/** Seconds of processor time of all threads. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function bare(pipeline: Pipeline): Promise<void> {
  const queue = lines.map((line, i) => toInputDocument(line, String(i), settings.fields));
  const lane = async () => {
    for (let document = queue.pop(); document !== undefined; document = queue.pop()) {
      const given: StageInput = { document, batchId: 'bare', entities: [], triplets: [], events: [] };
      for (const stage of pipeline.stages) await stage.run(given, new AbortController().signal);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function whole(pipeline: Pipeline): Promise<void> {
  const data = join(folder, `data-${randomUUID()}`);
  const store = openStore(data);
  const submission = {
    input,
    batchId: 'bench',
    settings,
    pipeline: pipeline.identity,
    pipelineChoice: null,
    reprocessChanged: false,
    by: 'bench',
    clock: systemClock,
    newJobId: randomUUID,
  };
  await (await submitBatch(store, submission)).checkpoint.close();
  const checkpoint = await store.openThreaded('bench');
  await runBatch({ checkpoint, pipeline, sinks: createSinks(settings, store.folderOf('bench')), by: 'bench' });
  await checkpoint.close();
  rmSync(data, { recursive: true });
}

const pipeline = createPipeline(settings);
await bare(pipeline); // loads the models
const seconds: { bare: number[]; whole: number[] } = { bare: [], whole: [] };
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, work] of [
    ['bare', bare],
    ['whole', whole],
  ] as const) {
    const before = cpuSeconds();
    await work(pipeline);
    seconds[name].push(cpuSeconds() - before);
  }
}
await pipeline.close();
rmSync(folder, { recursive: true });

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const perDocument = (numbers: readonly number[]) => (median(numbers) / lines.length) * 1000;
const added = perDocument(seconds.whole) - perDocument(seconds.bare);
console.log(`bare pipeline           ${perDocument(seconds.bare).toFixed(2)} ms of processor time a document`);
console.log(`whole engine            ${perDocument(seconds.whole).toFixed(2)} ms`);
console.log(
  `added                   ${added.toFixed(2)} ms, ${((added / perDocument(seconds.bare)) * 100).toFixed(1)} %`,
);
