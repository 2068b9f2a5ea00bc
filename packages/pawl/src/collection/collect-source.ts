import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CollectedSource, CollectionTally } from '../checkpoint/collection-state.ts';
import type { Batch } from '../domain/batch.ts';
import { toCollectedResult } from './collected-result.ts';

const PAGE = { limit: 200, maxBytes: 4 * 1024 * 1024 };
const NOTHING: CollectionTally = { added: 0, known: 0, replaced: 0, removed: 0 };

/**
 * Takes the results of a batch that a collection has not read yet into it. Where results were taken back in the batch since, or it
 * is another one of the same id, all are read anew: those that differ replace what was taken, those that are gone go.
 * What is taken back while they are read shows the next time. The source is only read. Memory does not depend on it.
 * @param author of this moment
 * @throws {PawlError} `refused_transition`, `not_a_collection`, `input_taken_over`; `disk_full` and the like
 */
export async function collectSource(
  collection: Checkpoint,
  source: Checkpoint,
  author: () => Authorship,
): Promise<CollectionTally> {
  const { batchId, jobId, resultsEpoch: epoch } = await source.batch();
  const known = (await collection.collectedSources()).find((one) => one.batchId === batchId);
  if (known !== undefined && (await isReadToItsEnd(known, source, { jobId, resultsEpoch: epoch }))) return NOTHING;
  const into = await collection.batch();
  const { acceptance, afterSeq } = await collection.beginCollecting({ batchId, jobId, epoch }, author());
  for (let last: number | undefined = afterSeq; last !== undefined; ) {
    const results = await source.results({ afterSeq: last, ...PAGE });
    last = results.at(-1)?.resultSeq;
    if (last === undefined) break;
    const collected = results.map((result) => toCollectedResult(result, batchId, into));
    await collection.collect(acceptance, collected, author());
  }
  return collection.endCollecting(acceptance, author());
}

async function isReadToItsEnd(
  { jobId, epoch, resultSeq, rereadSince }: CollectedSource,
  source: Checkpoint,
  now: Pick<Batch, 'jobId' | 'resultsEpoch'>,
): Promise<boolean> {
  if (jobId !== now.jobId || epoch !== now.resultsEpoch || rereadSince !== null) return false;
  return (await source.results({ afterSeq: resultSeq, limit: 1, maxBytes: 1 })).length === 0;
}
