import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/checkpoint-store.ts';
import { readResult } from '../../src/checkpoint/read-result.ts';
import { createSinks } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { SinkSettings } from '../../src/domain/batch.ts';
import type { DocumentResult } from '../../src/domain/result.ts';
import { runBatch } from '../../src/engine/run-batch.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import { collectBatches, type SourceReport } from '../../src/work/collect-batches.ts';
import { resultOf, type SyntheticDocument } from '../storylines/synthetic-results.ts';

const author = { atMs: 1_000, by: 'test' };
const runner = { pid: 0, host: 'nowhere', processStart: null };

/** Results of made-up documents in which each sentence bears a mark, a word of seven letters. */
export function markedResults(documents: readonly SyntheticDocument[], mark: string): DocumentResult[] {
  return documents.map((document) => JSON.parse(JSON.stringify(resultOf(document)).replaceAll('witness', mark)));
}

/** Makes a batch of no documents. */
export async function createBatch(
  store: CheckpointStore,
  batchId: string,
  sinks: readonly SinkSettings[] = DEFAULT_SETTINGS.sinks,
): Promise<void> {
  const settings = { ...DEFAULT_SETTINGS, sinks };
  await (await store.create({ batchId, jobId: randomUUID(), pipeline: { stages: [] }, settings }, author)).close();
}

/** Gives a batch documents that are processed at once; those it knows with another content get the new result. */
export async function addResults(
  store: CheckpointStore,
  batchId: string,
  results: readonly DocumentResult[],
): Promise<void> {
  const checkpoint = await store.open(batchId);
  const acceptance = await checkpoint.beginAcceptance({ name: 'in', fingerprint: null }, author);
  const lines = results.map((result, i) => {
    const contentHash = createHash('sha256').update(JSON.stringify(result)).digest('hex');
    const source = JSON.stringify(result.source_document);
    return { kind: 'document', line: i + 1, documentId: result.document_id, contentHash, source } as const;
  });
  await checkpoint.accept(acceptance, lines, { reprocessChanged: true }, author);
  await checkpoint.endAcceptance(acceptance, { lines: lines.length, blankLines: 0, inputSha256: null }, author);
  const pending = await checkpoint.pending({ afterSeq: 0, limit: 100_000, maxBytes: 1e9, suspects: false });
  if (pending.length > 0) {
    const byId = new Map(results.map((result) => [result.document_id, result]));
    const { run } = await checkpoint.startRun(runner, { takeOver: null, move: 'start', maxDeaths: 3 }, author);
    const settled = pending.map(({ seq, documentId }) => {
      return { kind: 'processed', seq, result: JSON.stringify(byId.get(documentId)), timings: {} } as const;
    });
    await checkpoint.commit(run, settled, author);
    await checkpoint.endRun(run, 'interrupted', null, author);
  }
  await checkpoint.close();
}

/** Runs a batch whose documents are processed: links and delivers it. */
export async function settleBatch(store: CheckpointStore, batchId: string): Promise<void> {
  const checkpoint = await store.openThreaded(batchId);
  const folder = store.folderOf(batchId);
  const sinks = createSinks((await checkpoint.batch()).settings, folder);
  await runBatch({ checkpoint, pipeline: new Pipeline([]), sinks, folder, by: 'test' });
  await checkpoint.close();
}

/** Brings a collection up to date without linking it. */
export async function collect(
  store: CheckpointStore,
  into: string,
  sources: readonly string[],
): Promise<readonly SourceReport[]> {
  const reports: SourceReport[] = [];
  const onSource = (report: SourceReport) => void reports.push(report);
  const collection = await collectBatches(store, { into, sources, settings: DEFAULT_SETTINGS, by: 'test', onSource });
  await collection.close();
  return reports;
}

/** Everything that is written in a folder for others to read, by file name. */
export function textsIn(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => !name.startsWith('checkpoint.db'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export async function resultsOf(checkpoint: Checkpoint): Promise<DocumentResult[]> {
  const all = await checkpoint.results({ afterSeq: 0, limit: 100_000, maxBytes: 1e9 });
  return all.map(readResult);
}
