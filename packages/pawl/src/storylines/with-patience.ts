import { StageError } from '../domain/stage-error.ts';
import type { Clock } from '../engine/clock.ts';

const FIRST_DELAY_MS = 250;

/**
 * Does `work`, and again while whoever does it cannot be reached, for so long.
 * @throws what `work` throws; the signal's reason when aborted
 */
export async function withPatience<T>(
  work: () => Promise<T>,
  { patienceMs, clock, signal }: { readonly patienceMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<T> {
  const untilMs = clock.now() + patienceMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs *= 2) {
    try {
      return await work();
    } catch (error) {
      const isDown = error instanceof StageError && error.code === 'provider_unavailable';
      const waitMs = isDown ? Math.max(delayMs, error.retryAfterMs ?? 0) : 0;
      if (!isDown || clock.now() + waitMs > untilMs) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}
