import { dollarText } from '../domain/usage.ts';
import type { BatchView, UsageView } from '../engine/describe-batch.ts';
import { count } from './terminal/quantity.ts';
import { terminalText } from './terminal/terminal-text.ts';

type Spent = Pick<UsageView, 'tokens' | 'cost'> & { readonly unpriced_tokens?: number };

/** `$1.24, 310,000 tokens`; what has no known price is said to have none. */
export function spentText({ tokens, cost, unpriced_tokens: unpriced = 0 }: Spent): string {
  const amount = `${count(tokens)} tokens`;
  if (cost === null) return `${amount}, price not known`;
  return `${dollarText(cost)}, ${amount}${unpriced > 0 ? `, ${count(unpriced)} of them without a known price` : ''}`;
}

/** One line for the batch and one for each model; none when no model was asked. */
export function usageRows(view: Pick<BatchView, 'tokens' | 'cost' | 'usage'>): [name: string, value: string][] {
  if (view.usage.length === 0) return [];
  const unpriced = view.usage.reduce((sum, { unpriced_tokens }) => sum + unpriced_tokens, 0);
  const rows = view.usage.map((usage): [string, string] => [
    `model ${terminalText(usage.model, 60)}`,
    `${spentText(usage)}, ${count(usage.requests)} answers`,
  ]);
  return [['spent', spentText({ tokens: view.tokens, cost: view.cost, unpriced_tokens: unpriced })], ...rows];
}
