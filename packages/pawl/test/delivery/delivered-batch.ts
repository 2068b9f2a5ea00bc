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
