import { createHash } from 'node:crypto';
import type { StoredResult } from '../checkpoint/checkpoint.ts';
import type { CollectedResult } from '../checkpoint/collection-state.ts';
import { readResult } from '../checkpoint/read-result.ts';
import type { Batch } from '../domain/batch.ts';
import type { ExtractedEvent } from '../domain/result.ts';
import { eventIdPrefix } from '../pipeline/assemble-result.ts';

/** The id that a document of a batch has in every collection: no batch id holds a slash, so the first one parts them. */
function collectedId(batchId: string, documentId: string): string {
  return `${batchId}/${documentId}`;
}

/**
 * A result as a collection holds it: it belongs to the collection, and the ids of its document and events say which batch they
 * come from, so that those of two batches never clash. All else stands as it was saved.
 * @param from id of the batch it comes from
 */
export function toCollectedResult(
  stored: StoredResult,
  from: string,
  { batchId, jobId }: Pick<Batch, 'batchId' | 'jobId'>,
): CollectedResult {
  const { resultSeq, documentId } = stored;
  const saved = readResult(stored);
  const id = collectedId(from, documentId);
  const events = withPrefix(saved.events, eventIdPrefix(documentId), eventIdPrefix(id));
  const adapted = JSON.stringify({ ...saved, document_id: id, batch_id: batchId, job_id: jobId, events });
  const stages = Object.entries(saved.processing_metadata.stages);
  return {
    documentId: id,
    resultSeq,
    contentHash: createHash('sha256').update(adapted).digest('hex'),
    source: JSON.stringify(saved.source_document),
    result: adapted,
    timings: Object.fromEntries(stages.map(([name, { ms }]) => [name, ms])),
    suspicious: stages.find(([, { suspicious }]) => suspicious !== undefined)?.[1].suspicious ?? null,
  };
}

function withPrefix(events: readonly ExtractedEvent[], before: string, after: string): ExtractedEvent[] {
  return events.map((event, i) => {
    const own = event.event_id.startsWith(before) ? event.event_id.slice(before.length) : String(i + 1);
    return { ...event, event_id: `${after}${own}` };
  });
}
