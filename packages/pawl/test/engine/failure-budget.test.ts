import { expect, test } from 'vitest';
import { overFailureBudget } from '../../src/engine/failure-budget.ts';

test('a budget in documents is used up by one more', () => {
  const budget = { kind: 'count', count: 3 } as const;
  expect(overFailureBudget(budget, { processed: 0, failed: 3 })).toBeNull();
  expect(overFailureBudget(budget, { processed: 0, failed: 4 })).toBe('4 documents failed, more than 3');
});

test('a budget in percent waits for ten documents before it judges', () => {
  const budget = { kind: 'percent', percent: 20 } as const;
  expect(overFailureBudget(budget, { processed: 0, failed: 9 })).toBeNull();
  expect(overFailureBudget(budget, { processed: 8, failed: 2 })).toBeNull();
  expect(overFailureBudget(budget, { processed: 7, failed: 3 })).toBe('3 of 10 documents failed, more than 20%');
});

test('without a budget any number may fail', () => {
  expect(overFailureBudget(null, { processed: 0, failed: 1_000_000 })).toBeNull();
});
