// What saving, checkpointing, control and delivery add to a document of the real pipeline: the same documents once through
// the whole engine with its JSONL sink, once as a bare loop that makes every result and keeps none. In turn, several rounds,
// one run.
// - The built-in pipeline, by processor time: all of it is work, so that every microsecond beside it counts.
// - The built-in pipeline with a model that takes its time to answer (a wait of --answer-ms), by the clock.
//
//   npm run bench:overhead [-- --rounds 3 --copies 20 --answer-ms 1000 --input examples/news.jsonl]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { createSinks, openStore } from '../packages/pawl/src/composition.ts';
import { DEFAULT_SETTINGS } from '../packages/pawl/src/config/default-settings.ts';
import type { InputDocument } from '../packages/pawl/src/domain/document.ts';
import { UNATTENDED_CALL } from '../packages/pawl/src/domain/stage-call.ts';
import { runBatch } from '../packages/pawl/src/engine/run-batch.ts';
import { systemClock } from '../packages/pawl/src/engine/system-clock.ts';
import { submitBatch } from '../packages/pawl/src/intake/submit-batch.ts';
import { toInputDocument } from '../packages/pawl/src/intake/to-input-document.ts';
import { assembleResult } from '../packages/pawl/src/pipeline/assemble-result.ts';
import { createPipeline } from '../packages/pawl/src/pipeline/create-pipeline.ts';
import { Pipeline } from '../packages/pawl/src/pipeline/pipeline.ts';
import type { Stage, StageInput, StageOutput } from '../packages/pawl/src/pipeline/stage.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    /** How often the input is taken, under other ids: what a batch costs once must not count for a document. */
    copies: { type: 'string', default: '20' },
    'answer-ms': { type: 'string', default: '1000' },
    input: { type: 'string', default: 'examples/news.jsonl' },
  },
});
const rounds = Number(values.rounds);
/** Copies that wait for answers: each keeps a lane for long, so that fewer will do. */
const ANSWERED_COPIES = 6;
const originals = readFileSync(values.input, 'utf8').trim().split('\n');
const folder = mkdtempSync(join(tmpdir(), 'pawl-overhead-'));

interface Workload {
  readonly pipeline: Pipeline;
  readonly lanes: number;
  /** A file of documents. */
  readonly input: string;
  readonly documents: number;
}

/** The input so many times over, under other ids. */
function writeInput(name: string, copies: number): Pick<Workload, 'input' | 'documents'> {
  const lines = Array.from({ length: copies }, (_, copy) =>
    originals.map((line) => {
      const document = JSON.parse(line) as { document_id: string };
      return JSON.stringify({ ...document, document_id: `${document.document_id}-${copy}` });
    }),
  ).flat();
  const input = join(folder, name);
  writeFileSync(input, lines.join('\n'));
  return { input, documents: lines.length };
}

/** Seconds of processor time. */
const secondsOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;

/** Threads that were started since somebody last looked: the language threads first, later those of checkpoints. */
const newThreads: Worker[] = [];
process.on('worker', (worker) => newThreads.push(worker));

async function threadSeconds(): Promise<number> {
  const threads = newThreads.splice(0);
  const used = await Promise.all(threads.map((thread) => thread.cpuUsage()));
  return used.reduce((sum, usage) => sum + secondsOf(usage), 0);
}

/** What a script without a checkpoint does: every result is made, in the form in which it would be printed. */
async function bare({ pipeline, lanes, input }: Workload): Promise<number> {
  const lines = readFileSync(input, 'utf8').split('\n');
  const queue = lines.map((line, i) => toInputDocument(line, String(i), DEFAULT_SETTINGS.fields));
  const lane = async () => {
    for (let document = queue.pop(); document !== undefined; document = queue.pop()) {
      JSON.stringify(await resultOf(document, pipeline));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return 0;
}

async function resultOf(document: InputDocument, pipeline: Pipeline) {
  const outputs: Record<string, StageOutput['value']> = {};
  const found = <T>(name: string) => (outputs[name] ?? []) as T;
  for (const stage of pipeline.stages) {
    const given: StageInput = {
      document,
      batchId: 'bare',
      entities: found('entities'),
      triplets: found('dependencies'),
      events: found('events'),
    };
    outputs[stage.name] = (await stage.run(given, new AbortController().signal, UNATTENDED_CALL)).value;
  }
  return assembleResult({
    document,
    batchId: 'bare',
    jobId: 'bare',
    processedAtMs: Date.now(),
    outputs,
    stages: {},
    attempts: 1,
  });
}

/** @returns seconds of processor time of the checkpoint's thread */
async function whole({ pipeline, lanes, input }: Workload): Promise<number> {
  const settings = { ...DEFAULT_SETTINGS, concurrency: lanes };
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
  const thread = await threadSeconds();
  await checkpoint.close();
  rmSync(data, { recursive: true });
  return thread;
}

interface Cost {
  /** Seconds of processor time of the main thread and the checkpoint's. */
  readonly own: number;
  /** Of all threads. */
  readonly all: number;
  readonly wall: number;
}

async function costOf(work: (load: Workload) => Promise<number>, load: Workload): Promise<Cost> {
  const start = performance.now();
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
  const thread = await work(load);
  return {
    own: secondsOf(process.threadCpuUsage(main)) + thread,
    all: secondsOf(process.cpuUsage(all)),
    wall: (performance.now() - start) / 1000,
  };
}

async function compare(load: Workload): Promise<Record<'bareMs' | 'engineMs', Record<keyof Cost, number>>> {
  const costs: { bare: Cost[]; whole: Cost[] } = { bare: [], whole: [] };
  for (let round = 0; round < rounds; round++) {
    costs.bare.push(await costOf(bare, load));
    costs.whole.push(await costOf(whole, load));
  }
  const ofDocument = (of: readonly Cost[]) => {
    const ms = (what: keyof Cost) => (median(of.map((cost) => cost[what])) / load.documents) * 1000;
    return { own: ms('own'), all: ms('all'), wall: ms('wall') };
  };
  return { bareMs: ofDocument(costs.bare), engineMs: ofDocument(costs.whole) };
}

/** The pipeline with a model that takes its time. */
function withSlowAnswers({ stages }: Pipeline, answerMs: number): Pipeline {
  const slow = (stage: Stage): Stage => ({
    ...stage,
    run: async (given, signal, call) => {
      await setTimeout(answerMs, undefined, { signal });
      return stage.run(given, signal, call);
    },
  });
  return new Pipeline(stages.map((stage) => (stage.name === 'events' ? slow(stage) : stage)));
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const show = (label: string, value: string) => console.log(`${label.padEnd(64)} ${value}`);
const ms = (number: number) => `${number.toFixed(2)} ms`;
const share = (part: number, of: number) => `${((part / of) * 100).toFixed(1)} %`;

try {
  const pipeline = createPipeline(DEFAULT_SETTINGS);
  const busy = { pipeline, lanes: 4, ...writeInput('busy.jsonl', Number(values.copies)) };
  await bare(busy); // loads the models
  newThreads.splice(0);
  const built = await compare(busy);
  show('built-in pipeline: documents, rounds', `${busy.documents}, ${rounds}`);
  show('processor time of a document, bare', ms(built.bareMs.all));
  show(
    '  of it outside the language threads, bare and in the engine',
    `${ms(built.bareMs.own)}, ${ms(built.engineMs.own)}`,
  );
  const added = built.engineMs.own - built.bareMs.own;
  show('  added by the engine', `${ms(added)}, ${share(added, built.bareMs.all)}`);

  const answerMs = Number(values['answer-ms']);
  const lanes = 16;
  const waiting = {
    pipeline: withSlowAnswers(pipeline, answerMs),
    lanes,
    ...writeInput('waiting.jsonl', ANSWERED_COPIES),
  };
  const model = await compare(waiting);
  show(`with answers after ${answerMs} ms: documents, rounds, lanes`, `${waiting.documents}, ${rounds}, ${lanes}`);
  show(
    'time of a document in its lane, bare and in the engine',
    `${ms(model.bareMs.wall * lanes)}, ${ms(model.engineMs.wall * lanes)}`,
  );
  show('  added by the engine', share(model.engineMs.wall - model.bareMs.wall, model.bareMs.wall));
  await pipeline.close();
} finally {
  rmSync(folder, { recursive: true });
}
