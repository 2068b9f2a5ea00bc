import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint, SinkState } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';

export const author = { atMs: 1_000, by: 'test' };
const runner = { pid: process.pid, host: 'here', processStart: 'then' };
const pipeline = { stages: [{ name: 'entities', fingerprint: 'f', description: 'builtin' }] };

/** A batch with documents `d1` ..., held by a run. */
export interface DeliveredBatch extends AsyncDisposable {
  readonly store: CheckpointStore;
  readonly checkpoint: Checkpoint;
  readonly run: number;
  /** The batch's folder. */
  readonly folder: string;
  /** A place beside the data. */
  readonly elsewhere: string;
  /** Saves the results of the next documents; returns their texts. */
  commit(count: number): Promise<string[]>;
  sinkState(name?: string): Promise<SinkState | undefined>;
}

export function resultOf(seq: number): string {
  return JSON.stringify({ document_id: `d${seq}`, text: `Document ${seq} says “${'ö'.repeat(seq % 50)}”.` });
}

export async function deliveredBatch(documents: number): Promise<DeliveredBatch> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'pawl-delivery-'));
  const store = openStore(join(elsewhere, 'data'));
  const settings = DEFAULT_SETTINGS;
  await (await store.create({ batchId: 'b', jobId: randomUUID(), pipeline, settings }, author)).close();
  const checkpoint = await store.open('b');
  const lines = Array.from({ length: documents }, (_, i) => ({
    kind: 'document' as const,
    line: i + 1,
    documentId: `d${i + 1}`,
    contentHash: `h${i + 1}`,
    source: '{"text":"t"}',
  }));
  const acceptance = await checkpoint.beginAcceptance({ name: 'in.jsonl', fingerprint: null }, author);
  await checkpoint.accept(acceptance, lines, { reprocessChanged: false }, author);
  await checkpoint.endAcceptance(acceptance, { lines: documents, blankLines: 0, inputSha256: null }, author);
  const { run } = await checkpoint.startRun(runner, { takeOver: null, move: 'start', maxDeaths: 3 }, author);
  let committed = 0;
  return {
    store,
    checkpoint,
    run,
    folder: store.folderOf('b'),
    elsewhere,
    commit: async (count) => {
      const seqs = Array.from({ length: Math.min(count, documents - committed) }, (_, i) => committed + i + 1);
      committed += seqs.length;
      const settled = seqs.map((seq) => ({ kind: 'processed' as const, seq, result: resultOf(seq), timings: {} }));
      await checkpoint.commit(run, settled, author);
      return seqs.map(resultOf);
    },
    sinkState: async (name = 'jsonl') => (await checkpoint.sinks()).find((state) => state.name === name),
    [Symbol.asyncDispose]: async () => {
      await checkpoint.close();
      rmSync(elsewhere, { recursive: true, force: true });
    },
  };
}

/** Links a batch as if these were its storylines, each with one linkage. */
export async function settle({ checkpoint, run }: DeliveredBatch, names: readonly string[]): Promise<void> {
  const { resultsEpoch: epoch } = await checkpoint.batch();
  await checkpoint.resetLinking(
    run,
    { epoch, format: 1, weights: null, embeddings: null, keepSketches: false },
    author,
  );
  const storylines = names.map((storylineId, i) => ({
    storylineId,
    documents: names.length + 1 - i,
    events: 1,
    storyline: JSON.stringify({ storyline_id: storylineId }),
    kept: new Uint8Array(0),
    isAnew: true,
    linkages: [{ part: 0, count: 1, lines: `${JSON.stringify({ storyline_id: storylineId, link_type: 'causal' })}\n` }],
  }));
  const none = { neighbours: [], documents: [], removed: [] };
  await checkpoint.saveLinking(run, { ...none, storylines, settlement: { changes: [] } }, author);
}

/** What the files of storylines by these names hold. */
export const linesOf = (names: readonly string[]) => ({
  storylines: names.map((name) => JSON.stringify({ storyline_id: name })),
  linkages: names.map((name) => JSON.stringify({ storyline_id: name, link_type: 'causal' })),
});
