import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** Something that is asked of the server. While it is asked for again, the last answer stays. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: Error };

/**
 * Loads when the component appears and whenever `key` changes; gives what was loaded and a function that loads it again.
 * An answer to an earlier key is never given under a later one.
 */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>): [Loaded<T>, () => void] {
  const [state, setState] = useState<{ readonly key: string; readonly loaded: Loaded<T> }>({ key, loaded: LOADING });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // The turn is there to ask for the same again.
  useEffect(() => {
    const gone = new AbortController();
    const settle = (loaded: Loaded<T>) => {
      if (!gone.signal.aborted) setState({ key, loaded });
    };
    latest.current(gone.signal).then(
      (value) => settle({ kind: 'ready', value }),
      (error: unknown) => settle({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => gone.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  return [state.key === key ? state.loaded : LOADING, reload];
}

const LOADING = { kind: 'loading' } as const;
