import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs, decideRetry } from '../../src/engine/retry-policy.ts';

const policy = { maxAttempts: 4, baseDelayMs: 100, maxDelayMs: 1_000 };

describe('the retry policy', () => {
  test('gives up when the tries are used up, and not before', () => {
    expect(decideRetry(3, policy, 0.5).kind).toBe('retry');
    expect(decideRetry(4, policy, 0.5)).toEqual({ kind: 'give-up' });
  });

  test('doubles the ceiling with each failure up to the longest wait', () => {
    expect([1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, policy, 1))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });

  test('spreads waits over the whole range below the ceiling, on top of what the provider asks for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(10_000),
        (attempt, random, retryAfterMs) => {
          const decision = decideRetry(attempt, policy, random, retryAfterMs);
          if (decision.kind !== 'retry') throw new Error('gave up too early');
          expect(decision.delayMs).toBeGreaterThanOrEqual(retryAfterMs);
          expect(decision.delayMs).toBeLessThanOrEqual(retryAfterMs + 100 * 2 ** (attempt - 1));
        },
      ),
    );
  });
});
