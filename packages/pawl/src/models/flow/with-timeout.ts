/**
 * Runs `work` with a signal of its own that is aborted with `signal`, and with `timedOut` after `ms` milliseconds.
 * @throws what `work` throws; `timedOut` or the signal's reason once that signal is aborted
 */
export async function withTimeout<T>(
  signal: AbortSignal,
  ms: number,
  timedOut: Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(timedOut), ms);
  const onAbort = () => own.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(own.signal);
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
