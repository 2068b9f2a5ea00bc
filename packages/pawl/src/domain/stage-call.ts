import type { Usage, UsageBound } from './usage.ts';

/**
 * What a stage can ask of whoever calls it, for one call: whoever spends money asks before and says after; whoever waits for
 * something that is not the document's fault says so. Decorators hand it on.
 */
export interface StageCall {
  /**
   * Waits until the batch's budget has room for the most that a request may take, and sets that aside. What was set aside
   * must be settled, whatever becomes of the request.
   * @throws {StageError} `postponed` when the budget has no room left: the batch pauses and the document stays as it was
   */
  reserve(most: UsageBound): Promise<Reservation>;
  /**
   * As `reserve`, but without waiting: null when there is no room now and something is in flight that may make room.
   * @throws {StageError} `postponed`, as `reserve`
   */
  reserveNow(most: UsageBound): Reservation | null;
  /** Puts down what was paid for before anybody could be asked for room. */
  pay(usage: Usage): void;
  /**
   * Waits for `wait` while the call's time-out stands still.
   * @throws {StageError} `postponed` when the run is to end before; whoever can should then call `wait` off
   */
  standStill<T>(wait: Promise<T>): Promise<T>;
}

/** A part of the budget that is set aside for one request. */
export interface Reservation {
  /** Says what the request took, null when there was no answer, and frees the rest. Only the first call counts. */
  settle(usage: Usage | null): void;
}

/** A call outside of any batch: no budget, no time-out, and nobody who writes down what is used. */
export const UNATTENDED_CALL: StageCall = {
  reserve: async () => ({ settle: () => undefined }),
  reserveNow: () => ({ settle: () => undefined }),
  pay: () => undefined,
  standStill: (wait) => wait,
};
