import type { BatchSettings } from '../domain/batch.ts';
import type { Reservation } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import { dollarsOf, dollarText, type Spent, tokensOf, type Usage, type UsageBound } from '../domain/usage.ts';

// The budget of a batch over all its runs. A request is let through only when what was spent, what others have set aside and
// the most that it may take stay within the limits together: so they are never crossed, however many are in flight. The most
// that a request may take is far more than it will: close to the limit requests therefore wait for the answers of others,
// which free what they did not need, and only when nothing more can be freed is the budget at its end.

export type BudgetLimits = Pick<BatchSettings, 'maxCostNanos' | 'maxTokens'>;

/** Whether there is anything that can be used up. */
export function hasLimit({ maxCostNanos, maxTokens }: BudgetLimits): boolean {
  return maxCostNanos !== null || maxTokens !== null;
}

interface Waiting {
  readonly most: UsageBound;
  /** Whether the batch can do without. */
  readonly isOptional: boolean;
  readonly grant: PromiseWithResolvers<Reservation>;
}

export class Budget {
  readonly #onReached: (message: string) => void;
  #limits: BudgetLimits;
  #spent: Spent;
  #setAside: Spent = { tokens: 0, costNanos: 0, unpricedTokens: 0 };
  #inFlight = 0;
  #waiting: Waiting[] = [];
  #reached: StageError | null = null;

  constructor(options: {
    readonly limits: BudgetLimits;
    /** What earlier runs spent. */
    readonly spent: Spent;
    /** Called once, when the next request does not fit and nothing is in flight that could make room. */
    readonly onReached: (message: string) => void;
  }) {
    this.#limits = options.limits;
    this.#spent = options.spent;
    this.#onReached = options.onReached;
  }

  /** By all runs so far. */
  get spent(): Spent {
    return this.#spent;
  }

  /** Takes other limits from now on; a budget that was reached stays so. */
  limit(limits: BudgetLimits): void {
    this.#limits = limits;
    this.#serve();
  }

  /**
   * Sets `most` aside, in the order of asking.
   * @param isOptional for what the batch can do without: where there is no room for it, the budget does not count as reached
   * @throws {StageError} `postponed` once the budget is reached, or has no room for what is optional
   */
  reserve(most: UsageBound, isOptional = false): Promise<Reservation> {
    const waiting = { most, isOptional, grant: Promise.withResolvers<Reservation>() };
    this.#waiting.push(waiting);
    this.#serve();
    return waiting.grant.promise;
  }

  /**
   * Sets `most` aside if there is room for it now and nobody waits for room.
   * @throws {StageError} `postponed` once the budget is reached, which it is when nothing is in flight that could make room
   */
  reserveNow(most: UsageBound): Reservation | null {
    if (this.#reached === null && this.#waiting.length === 0) {
      if (this.#fits(most)) return this.#grant(most);
      if (this.#inFlight === 0) this.#reach(most);
    }
    if (this.#reached !== null) throw this.#reached;
    return null;
  }

  /** Counts what was paid for without being set aside. */
  pay(usage: Usage): void {
    const { costNanos, unpricedTokens } = usage;
    this.#spent = plus(this.#spent, { tokens: tokensOf(usage), costNanos, unpricedTokens }, 1);
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#reached === null && !this.#fits(next.most)) {
        if (this.#inFlight > 0) return; // served again when one of them is settled
        if (next.isOptional) {
          this.#waiting.shift();
          next.grant.reject(this.#refusal(next.most));
          continue;
        }
        this.#reach(next.most);
      }
      this.#waiting.shift();
      if (this.#reached === null) next.grant.resolve(this.#grant(next.most));
      else next.grant.reject(this.#reached);
    }
  }

  #fits({ tokens, costNanos }: UsageBound): boolean {
    const { maxCostNanos, maxTokens } = this.#limits;
    if (maxTokens !== null && this.#spent.tokens + this.#setAside.tokens + tokens > maxTokens) return false;
    if (maxCostNanos === null) return true;
    return costNanos !== null && this.#spent.costNanos + this.#setAside.costNanos + costNanos <= maxCostNanos;
  }

  #grant({ tokens, costNanos }: UsageBound): Reservation {
    const part: Spent = { tokens, costNanos: costNanos ?? 0, unpricedTokens: 0 };
    this.#setAside = plus(this.#setAside, part, 1);
    this.#inFlight += 1;
    let settled = false;
    return {
      settle: (usage: Usage | null) => {
        if (settled) return;
        settled = true;
        this.#setAside = plus(this.#setAside, part, -1);
        this.#inFlight -= 1;
        if (usage !== null) this.pay(usage);
        this.#serve();
      },
    };
  }

  #reach(most: UsageBound): void {
    this.#reached = this.#refusal(most);
    this.#onReached(this.#reached.message);
  }

  #refusal(most: UsageBound): StageError {
    return new StageError('postponed', 'budget_reached', this.#describe(most));
  }

  #describe({ tokens, costNanos }: UsageBound): string {
    const { maxCostNanos, maxTokens } = this.#limits;
    if (maxTokens !== null && this.#spent.tokens + tokens > maxTokens) {
      return `${this.#spent.tokens} of ${maxTokens} tokens are used, and the next request may take ${tokens}`;
    }
    if (costNanos === null)
      return 'the budget is in dollars, and the price of the model is not known; give it with price';
    const [spent, next, max] = [this.#spent.costNanos, costNanos, maxCostNanos ?? 0].map((nanos) =>
      dollarText(dollarsOf(nanos)),
    );
    return `${spent} of ${max} are spent, and the next request may cost ${next}`;
  }
}

function plus(sum: Spent, part: Spent, sign: 1 | -1): Spent {
  return {
    tokens: sum.tokens + sign * part.tokens,
    costNanos: sum.costNanos + sign * part.costNanos,
    unpricedTokens: sum.unpricedTokens + sign * part.unpricedTokens,
  };
}
