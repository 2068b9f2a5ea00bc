import type { BatchSettings } from '../domain/batch.ts';

type FailureBudget = NonNullable<BatchSettings['maxFailures']>;

/** How a failure budget is written; for messages and help. */
export const FAILURE_BUDGET_FORMS = 'a share such as 20% or a number such as 50';

/** The budget of `20%` or `50`; null when the text is neither. */
export function parseFailureBudget(text: string): FailureBudget | null {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  if (match === null) return null;
  const amount = Number(match[1]);
  if (match[2] === '%') return { kind: 'percent', percent: amount };
  return Number.isInteger(amount) ? { kind: 'count', count: amount } : null;
}

/** `20%` or `50`. */
export function formatFailureBudget(budget: FailureBudget): string {
  return budget.kind === 'percent' ? `${budget.percent}%` : String(budget.count);
}
