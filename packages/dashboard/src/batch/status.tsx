import type { Job } from '../../../pawl/src/server/api/api.ts';
import { words } from '../format/words.ts';

const STATUS_TEXT: Readonly<Record<Job['status'], string>> = {
  QUEUED: 'Queued',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  INTERRUPTED: 'Interrupted',
  STOPPED: 'Stopped',
  FAILED: 'Failed',
  COMPLETED: 'Completed',
};

/** A batch's state as a sign with words: never by colour alone. */
export function Status({ job }: { job: Pick<Job, 'status' | 'reason'> }) {
  return (
    <span
      class={`status status-${job.status.toLowerCase()}`}
      title={job.reason === null ? undefined : words(job.reason)}
    >
      {STATUS_TEXT[job.status]}
    </span>
  );
}
