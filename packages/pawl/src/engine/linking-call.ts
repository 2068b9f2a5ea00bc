import type { Reservation, StageCall } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import type { Usage } from '../domain/usage.ts';
import type { Budget } from './budget.ts';

/**
 * What linking may spend of a batch's budget: what documents leave. Where there is no room it does without, and the batch goes on.
 * @param record writes down what was used
 * @param isHeldBack whether documents may still need the budget
 */
export function linkingCall(
  budget: Budget,
  record: (usage: Usage) => void,
  isHeldBack: () => boolean = () => false,
): StageCall {
  const noting = (reservation: Reservation): Reservation => {
    let isSettled = false;
    return {
      settle: (usage) => {
        reservation.settle(usage);
        if (usage !== null && !isSettled) record(usage);
        isSettled = true;
      },
    };
  };
  return {
    reserve: async (most) => {
      if (isHeldBack()) throw new StageError('postponed', 'budget_reached', 'documents have the budget first');
      return noting(await budget.reserve(most, true));
    },
    reserveNow: () => null,
    pay: (usage) => {
      budget.pay(usage);
      record(usage);
    },
    standStill: (wait) => wait,
  };
}
