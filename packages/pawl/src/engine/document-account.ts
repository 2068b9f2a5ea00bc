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
    const reservation = await this.#budget.reserve(most);
    let settled = false;
    return {
      settle: (usage) => {
        reservation.settle(usage);
        if (usage !== null && !settled) this.#put(usage);
        settled = true;
      },
    };
  }

  /** What was put down since the last call. */
  take(): readonly Usage[] {
    const taken = this.#usages;
    this.#usages = [];
    return taken;
  }

  #put(usage: Usage): void {
    this.#usages.push(usage);
    this.#record(usage);
  }
}
