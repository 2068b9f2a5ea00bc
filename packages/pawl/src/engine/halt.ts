/** Why a run takes up no further document before the batch is done. */
export type Halt =
  /** Somebody's `pause` or `stop`; the state is changed already. */
  | { readonly kind: 'ordered'; readonly end: 'paused' | 'stopped' }
  /** Ctrl-C or a request to terminate. */
  | { readonly kind: 'interrupted' }
  /** The run pauses the batch itself. */
  | {
      readonly kind: 'pausing';
      readonly reason: 'time_limit' | 'failure_budget' | 'cost_budget';
      readonly message: string;
    }
  /** The working hours are over; the same run goes on when they begin. */
  | { readonly kind: 'off_hours' }
  /** The run cannot go on. */
  | { readonly kind: 'broken'; readonly error: unknown };

/** Which halt counts when there are several: one that is more final than what came before replaces it. */
const FINALITY: Readonly<Record<Halt['kind'], number>> = {
  off_hours: 0,
  pausing: 1,
  interrupted: 2,
  ordered: 3,
  broken: 4,
};

/** The halt that holds after `next` came on top of `present`. */
export function strongerHalt(present: Halt | null, next: Halt): Halt {
  return present !== null && FINALITY[present.kind] >= FINALITY[next.kind] ? present : next;
}
