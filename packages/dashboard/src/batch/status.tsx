import type { Job } from '../../../pawl/src/server/api/api.ts';
import { count } from '../format/quantity.ts';
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
export function Status({ job }: { job: Pick<Job, 'status' | 'reason' | 'queue_position'> }) {
  const { status, reason, queue_position: position } = job;
  // RUNNING without a runner is called interrupted; but where the server will go on by itself, it only waits.
  const shown = position === null ? status : 'QUEUED';
  return (
    <span class={`status status-${shown.toLowerCase()}`} title={reason === null ? undefined : words(reason)}>
      {STATUS_TEXT[shown]}
      {position !== null && ` · ${position === 1 ? 'next' : `${count(position - 1)} before it`}`}
    </span>
  );
}
