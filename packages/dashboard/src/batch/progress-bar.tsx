import type { JobSummary } from '../../../pawl/src/server/api/api.ts';
import { counted, percent } from '../format/quantity.ts';

type Progress = Pick<JobSummary, 'batch_id' | 'total_documents' | 'processed' | 'failed'>;

/** How much of a batch is processed and how much failed. */
export function ProgressBar({ job }: { job: Progress }) {
  const { total_documents: total, processed, failed } = job;
  const share = (part: number) => `${total === 0 ? 0 : (part / total) * 100}%`;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={`Progress of ${job.batch_id}`}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={processed + failed}
      aria-valuetext={`${percent(processed + failed, total)} of ${counted(total, 'document')}, ${failed} failed`}
    >
      <span class="progress-processed" style={{ width: share(processed) }} />
      <span class="progress-failed" style={{ width: share(failed) }} />
    </div>
  );
}
