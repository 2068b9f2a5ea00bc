import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Batch } from '../domain/batch.ts';
import type { Clock } from './clock.ts';
import { liveHolder } from './runner-liveness.ts';

/** How long an order waits for a runner that does not answer. */
const MAX_ACKNOWLEDGE_MS = 5_000;
const ACKNOWLEDGE_POLL_MS = 10;

export interface OrderOutcome {
  readonly batch: Batch;
  /**
   * `idle`: nobody was working on it. `acknowledged`: the runner starts no further document. `unanswered`: the runner
   * did not answer in time (it may be frozen); it will obey as soon as it wakes.
   */
  readonly runner: 'idle' | 'acknowledged' | 'unanswered';
  /** Documents that the runner still finishes and saves. */
  readonly inFlight: number;
}

/**
 * Pauses or stops a batch, wherever it runs. When it returns `idle` or `acknowledged`, no further document starts (G5).
 * @param options.now gives back what is in flight instead of finishing it
 * @throws {PawlError} `refused_transition` when the batch's state has no such move
 */
export async function orderBatch(
  checkpoint: Checkpoint,
  order: 'pause' | 'stop',
  options: { readonly now: boolean; readonly by: string; readonly clock: Clock },
): Promise<OrderOutcome> {
  const { now, by, clock } = options;
  const author = () => ({ atMs: clock.now(), by });
  const before = await checkpoint.batch();
  if (order === 'pause' && before.status === 'PAUSED' && before.reason === 'working_hours') {
    // Its run would go on by itself: take it out of that pause to put it into one that lasts.
    await checkpoint.transition('resume', { reason: null, now: false, run: null }, author());
  }
  const batch = await checkpoint.transition(order, { reason: 'user', now, run: null }, author());
  return { batch, ...(await awaitAcknowledgement(checkpoint, batch.controlId, clock)) };
}

async function awaitAcknowledgement(
  checkpoint: Checkpoint,
  controlId: number,
  clock: Clock,
): Promise<Pick<OrderOutcome, 'runner' | 'inFlight'>> {
  const untilMs = clock.now() + MAX_ACKNOWLEDGE_MS;
  for (;;) {
    const holder = await checkpoint.holder();
    if (holder === null) return { runner: await lastAnswer(checkpoint, controlId), inFlight: 0 };
    if (liveHolder(holder, clock.now()) === null) return { runner: 'idle', inFlight: 0 };
    const { inFlight } = holder.report;
    if (holder.acknowledgedControlId >= controlId) return { runner: 'acknowledged', inFlight };
    if (clock.now() >= untilMs) return { runner: 'unanswered', inFlight };
    await clock.sleep(ACKNOWLEDGE_POLL_MS);
  }
}

/** A run that obeyed may have ended before it was looked at. */
async function lastAnswer(checkpoint: Checkpoint, controlId: number): Promise<'idle' | 'acknowledged'> {
  const last = (await checkpoint.runs()).at(-1);
  return last !== undefined && last.acknowledgedControlId >= controlId ? 'acknowledged' : 'idle';
}
