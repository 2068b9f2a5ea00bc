import type { ListedBatch } from '../checkpoint/checkpoint-store.ts';
import type { DisplayedStatus } from '../domain/batch-status.ts';
import { type BatchView, displayedStatus, percentage } from '../engine/describe-batch.ts';
import { liveHolder } from '../engine/runner-liveness.ts';
import type { Job, JobSummary } from './api/job.ts';

/** Where the routes of the interface begin. */
export const API_PREFIX = '/api/v1';

/** Where a batch is among those that wait for a turn of this server, 1 for the next; null when it waits for none. */
export type PlaceInLine = (batchId: string) => number | null;

/** A batch as the interface gives it. */
export function toJob(view: BatchView, placeInLine: PlaceInLine): Job {
  const url = `${API_PREFIX}/jobs/${encodeURIComponent(view.batch_id)}`;
  return {
    ...view,
    stages: [...view.stages],
    sinks: [...view.sinks],
    collected_from: [...view.collected_from],
    usage: [...view.usage],
    queue_position: mayWait(view.status) ? placeInLine(view.batch_id) : null,
    progress: view.progress_percentage,
    documents_processed: view.processed,
    documents_total: view.total_documents,
    result:
      view.status === 'COMPLETED'
        ? {
            processed: view.processed,
            failed: view.failed,
            results_url: `${url}/results`,
            failures_url: `${url}/documents?state=failed`,
          }
        : null,
  };
}

/** A batch as a list shows it. */
export function toJobSummary(
  { batch, holder }: Extract<ListedBatch, { kind: 'batch' }>,
  nowMs: number,
  placeInLine: PlaceInLine,
): JobSummary {
  const live = liveHolder(holder, nowMs);
  const { total, processed, failed } = batch;
  const status = displayedStatus(batch, live);
  return {
    batch_id: batch.batchId,
    job_id: batch.jobId,
    status,
    reason: batch.reason,
    total_documents: total,
    processed,
    failed,
    remaining: total - processed - failed,
    progress_percentage: percentage(processed + failed, total),
    created_at: new Date(batch.createdAtMs).toISOString(),
    updated_at: new Date(batch.updatedAtMs).toISOString(),
    queue_position: mayWait(status) ? placeInLine(batch.batchId) : null,
  };
}

/** The line was drawn up a moment ago: a batch may have been paused or begun since. */
function mayWait(status: DisplayedStatus): boolean {
  return status === 'QUEUED' || status === 'INTERRUPTED';
}
