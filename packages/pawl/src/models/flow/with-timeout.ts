import type { Clock } from '../../engine/clock.ts';

/**
 * Runs `work` with a signal of its own that is aborted with `signal`, and with `timedOut` after `ms` milliseconds.
 * @throws what `work` throws; `timedOut` or the signal's reason once that signal is aborted
 */
export async function withTimeout<T>(
  signal: AbortSignal,
  { ms, timedOut, clock }: { readonly ms: number; readonly timedOut: Error; readonly clock: Clock },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => own.abort(timedOut),
    () => undefined,
  );
  const onAbort = () => own.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(own.signal);
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    done.abort();
    signal.removeEventListener('abort', onAbort);
  }
}
