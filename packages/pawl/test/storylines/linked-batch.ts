import { randomUUID } from 'node:crypto';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { BatchSettings } from '../../src/domain/batch.ts';
import type { DocumentResult } from '../../src/domain/result.ts';

const author = { atMs: 1_000, by: 'test' };
const runner = { pid: 0, host: 'nowhere', processStart: null };

/** A batch whose documents are all processed, and which nobody has linked or completed. */
export async function createProcessedBatch(
  store: CheckpointStore,
  batchId: string,
  results: readonly DocumentResult[],
  settings: Partial<BatchSettings> = {},
): Promise<void> {
  const batch = {
    batchId,
    jobId: randomUUID(),
    pipeline: { stages: [] },
    settings: { ...DEFAULT_SETTINGS, ...settings },
  };
  const checkpoint = await store.create(batch, author);
  await addProcessed(checkpoint, results);
  await checkpoint.close();
}

/** Adds documents with their results, as a run would that is interrupted then. */
export async function addProcessed(checkpoint: Checkpoint, results: readonly DocumentResult[]): Promise<void> {
  const first = (await checkpoint.batch()).total + 1;
  const acceptance = await checkpoint.beginAcceptance({ name: 'in', fingerprint: null }, author);
  const lines = results.map(
    ({ document_id: documentId }, i) =>
      ({ kind: 'document', line: first + i, documentId, contentHash: documentId, source: '{}' }) as const,
  );
  await checkpoint.accept(acceptance, lines, { reprocessChanged: false }, author);
  await checkpoint.endAcceptance(acceptance, { lines: results.length, blankLines: 0, inputSha256: null }, author);
  const { run } = await checkpoint.startRun(runner, { takeOver: null, move: 'start', maxDeaths: 3 }, author);
  const settled = results.map(
    (result, i) => ({ kind: 'processed', seq: first + i, result: JSON.stringify(result), timings: {} }) as const,
  );
  await checkpoint.commit(run, settled, author);
  await checkpoint.endRun(run, 'interrupted', null, author);
}
