import { randomUUID } from 'node:crypto';
import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import { allDocuments, allResults } from '../checkpoint/pages.ts';
import { readResult } from '../checkpoint/read-result.ts';
import type { BatchSettings } from '../domain/batch.ts';
import { type Spent, totalOf, type Usage } from '../domain/usage.ts';
import { lanesFor } from '../engine/lanes.ts';
import { type RunSummary, runBatch } from '../engine/run-batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LinkingSample } from './linking-sample.ts';
import { type DocumentLine, textBytesOf } from './survey-input.ts';

/** A document that was really processed, with what it took. */
export interface MeasuredDocument {
  readonly textBytes: number;
  readonly failed: boolean;
  /** Milliseconds of work of all stages; null when it failed. */
  readonly ms: number | null;
  readonly usage: readonly Usage[];
}

export interface MeasuredSample {
  readonly documents: readonly MeasuredDocument[];
  readonly spent: Spent;
  /** Documents that were worked on at once, where there were so many. */
  readonly lanes: number;
  readonly ending: RunSummary;
}

/**
 * Really processes a sample, as a batch of its own: with retries, time-outs and the budget of the settings, and with answers that
 * are stored for the batch to come. Its results are not kept.
 * @param store where the batch may be made; whoever made the store removes it
 * @param linking takes note of what linking would ask about the results; null where it asks nobody
 */
export async function measureSample(
  store: CheckpointStore,
  pipeline: Pipeline,
  sample: readonly DocumentLine[],
  settings: BatchSettings,
  linking: LinkingSample | null,
  run: { readonly by: string; readonly interrupt: AbortSignal; readonly abort: AbortSignal },
): Promise<MeasuredSample> {
  const author = (): Authorship => ({ atMs: systemClock.now(), by: run.by });
  const batch = { batchId: 'sample', jobId: randomUUID(), pipeline: pipeline.identity, settings };
  await (await store.create(batch, author())).close();
  const checkpoint = await store.openThreaded(batch.batchId);
  try {
    await accept(checkpoint, sample, author);
    const ending = await runBatch({ checkpoint, pipeline, sinks: [], ...run });
    const documents: MeasuredDocument[] = [];
    const sizes = new Map(sample.map((line) => [line.documentId, textBytesOf(line, settings)]));
    for await (const { documentId, state, timings } of allDocuments(checkpoint)) {
      if (state === 'pending') continue;
      documents.push({
        textBytes: sizes.get(documentId) ?? 0,
        failed: state === 'failed',
        ms: timings === null ? null : Object.values(timings).reduce((sum, ms) => sum + ms, 0),
        usage: await checkpoint.usageOf(documentId),
      });
    }
    if (linking !== null) await noteResults(checkpoint, linking, sizes);
    const spent = totalOf((await checkpoint.batch()).usage);
    return { documents, spent, lanes: lanesFor(settings, pipeline), ending };
  } finally {
    await checkpoint.close();
  }
}

async function noteResults(
  checkpoint: Checkpoint,
  linking: LinkingSample,
  sizes: ReadonlyMap<string, number>,
): Promise<void> {
  for await (const stored of allResults(checkpoint)) {
    const result = readResult(stored);
    linking.add(result, sizes.get(result.document_id) ?? 0);
  }
  linking.end();
}

async function accept(
  checkpoint: Checkpoint,
  sample: readonly DocumentLine[],
  author: () => Authorship,
): Promise<void> {
  const acceptance = await checkpoint.beginAcceptance({ name: 'sample', fingerprint: null }, author());
  await checkpoint.accept(acceptance, sample, { reprocessChanged: false }, author());
  const totals = { lines: sample.length, blankLines: 0, inputSha256: null };
  await checkpoint.endAcceptance(acceptance, totals, author());
}
