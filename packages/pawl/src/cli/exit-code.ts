import type { DisplayedStatus } from '../domain/batch-status.ts';
import type { BatchView } from '../engine/describe-batch.ts';

/** What the command line ends with. */
export const EXIT = {
  processed: 0,
  error: 1,
  wrongUse: 2,
  someFailed: 3,
  paused: 4,
  stopped: 5,
  interrupted: 130,
} as const;

/** The exit code of a command that worked on a batch, or watched it, until it came to rest as `view` says. */
export function exitCodeOf(view: Pick<BatchView, 'status' | 'failed'>): number {
  return BY_STATUS[view.status](view.failed);
}

const BY_STATUS: Readonly<Record<DisplayedStatus, (failed: number) => number>> = {
  COMPLETED: (failed) => (failed === 0 ? EXIT.processed : EXIT.someFailed),
  PAUSED: () => EXIT.paused,
  STOPPED: () => EXIT.stopped,
  INTERRUPTED: () => EXIT.interrupted,
  FAILED: () => EXIT.error,
  QUEUED: () => EXIT.processed,
  RUNNING: () => EXIT.processed,
};
