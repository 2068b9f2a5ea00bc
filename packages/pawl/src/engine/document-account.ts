import type { Reservation } from '../domain/stage-call.ts';
import type { Usage, UsageBound } from '../domain/usage.ts';
import type { Budget } from './budget.ts';

/** What this run spends for one document, put down the moment it is known: no later failure takes it back. */
export class DocumentAccount {
  readonly #budget: Budget;
  readonly #record: (usage: Usage) => void;
  #usages: Usage[] = [];

  /** @param record writes down what was used */
  constructor(budget: Budget, record: (usage: Usage) => void) {
    this.#budget = budget;
    this.#record = record;
  }

  async reserve(most: UsageBound): Promise<Reservation> {
    return this.#noting(await this.#budget.reserve(most));
  }

  reserveNow(most: UsageBound): Reservation | null {
    const reservation = this.#budget.reserveNow(most);
    return reservation === null ? null : this.#noting(reservation);
  }

  pay(usage: Usage): void {
    this.#budget.pay(usage);
    this.#put(usage);
  }

  /** What was put down since the last call. */
  take(): readonly Usage[] {
    const taken = this.#usages;
    this.#usages = [];
    return taken;
  }

  /** A reservation that puts down what it is settled with. */
  #noting(reservation: Reservation): Reservation {
    let settled = false;
    return {
      settle: (usage) => {
        reservation.settle(usage);
        if (usage !== null && !settled) this.#put(usage);
        settled = true;
      },
    };
  }

  #put(usage: Usage): void {
    this.#usages.push(usage);
    this.#record(usage);
  }
}
