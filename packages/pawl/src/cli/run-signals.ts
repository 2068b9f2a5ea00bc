/** How a run of this process is ended from outside. */
export interface RunSignals {
  /** After the first Ctrl-C: finish what is in flight. */
  readonly interrupt: AbortSignal;
  /** After the second: give it back. */
  readonly abort: AbortSignal;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_INTERRUPTED = 130;

/** Turns SIGINT, SIGTERM and SIGHUP into a graceful end, a second one into a prompt end, a third into none at all. */
export function listenForSignals(onSignal: (times: 1 | 2) => void): RunSignals {
  const interrupt = new AbortController();
  const abort = new AbortController();
  const listener = () => {
    if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
    const again = interrupt.signal.aborted;
    onSignal(again ? 2 : 1);
    (again ? abort : interrupt).abort();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    interrupt: interrupt.signal,
    abort: abort.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}
