/** When a failed call is made again. */
export interface RetryPolicy {
  /** Tries in all, the first included; at least 1. */
  readonly maxAttempts: number;
  /** Upper end of the first wait in milliseconds; it doubles with each further one. */
  readonly baseDelayMs: number;
  /** No wait is longer, but for what the provider asks. */
  readonly maxDelayMs: number;
}

export type RetryDecision = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'give-up' };

/**
 * Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 * @param attempt number of the try that failed, from 1
 * @param random from 0 (inclusive) to 1 (exclusive)
 * @param retryAfterMs the least wait, as the provider asked for it; the jitter comes on top
 */
export function decideRetry(attempt: number, policy: RetryPolicy, random: number, retryAfterMs = 0): RetryDecision {
  if (attempt >= policy.maxAttempts) return { kind: 'give-up' };
  return { kind: 'retry', delayMs: retryAfterMs + backoffMs(attempt, policy, random) };
}

/** Between the tries of a stage for one document. */
export const RETRY_DELAYS = { baseDelayMs: 500, maxDelayMs: 30_000 };

/** The wait after the `attempt`-th failure in a row, from 1. */
export function backoffMs(
  attempt: number,
  policy: Pick<RetryPolicy, 'baseDelayMs' | 'maxDelayMs'>,
  random: number,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(random * ceiling);
}
