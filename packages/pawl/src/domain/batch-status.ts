/** The states of a batch as they are stored. {@link DisplayedStatus} adds what is only derived. */
const BATCH_STATUSES = ['QUEUED', 'RUNNING', 'PAUSED', 'STOPPED', 'FAILED', 'COMPLETED'] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** What a user sees: a batch that is RUNNING but has no live runner is INTERRUPTED. */
export type DisplayedStatus = BatchStatus | 'INTERRUPTED';

/** The moves that lead from one state of a batch to the next. */
const BATCH_MOVES = ['start', 'pause', 'resume', 'stop', 'complete', 'fail', 'retry', 'add'] as const;
export type BatchMove = (typeof BATCH_MOVES)[number];

/**
 * Every move that exists; what is not here is refused. `retry` and `add` give documents work again: they leave a batch
 * that is not finished as it is and reopen a finished one.
 */
export const BATCH_TRANSITIONS: Readonly<Record<BatchStatus, Readonly<Partial<Record<BatchMove, BatchStatus>>>>> = {
  QUEUED: { start: 'RUNNING', stop: 'STOPPED', add: 'QUEUED', retry: 'QUEUED' },
  RUNNING: {
    start: 'RUNNING', // by the run that takes over from a dead one
    resume: 'RUNNING',
    pause: 'PAUSED',
    stop: 'STOPPED',
    complete: 'COMPLETED',
    fail: 'FAILED',
    add: 'RUNNING',
    retry: 'RUNNING',
  },
  PAUSED: { start: 'RUNNING', resume: 'RUNNING', stop: 'STOPPED', add: 'PAUSED', retry: 'PAUSED' },
  FAILED: { start: 'RUNNING', resume: 'RUNNING', add: 'FAILED', retry: 'FAILED' },
  COMPLETED: { retry: 'RUNNING', add: 'RUNNING' },
  STOPPED: {},
};

/** Why a batch is PAUSED. */
const PAUSE_REASONS = ['user', 'time_limit', 'failure_budget', 'cost_budget', 'working_hours'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** The state that `move` leads to from `status`, or `undefined` when the move does not exist. */
export function nextBatchStatus(status: BatchStatus, move: BatchMove): BatchStatus | undefined {
  return BATCH_TRANSITIONS[status][move];
}

/** The moves that exist from `status`, in the order of {@link BATCH_MOVES}. */
export function allowedBatchMoves(status: BatchStatus): readonly BatchMove[] {
  return BATCH_MOVES.filter((move) => BATCH_TRANSITIONS[status][move] !== undefined);
}
