import { useEffect, useRef } from 'preact/hooks';

const SHORTEST_PAUSE_MS = 1000;

/** Loads again when a number of the batch has changed, at most once a second, and always after the last change. */
export function useReloadOn(reload: () => void, value: unknown): void {
  const last = useRef({ value, atMs: 0 });
  useEffect(() => {
    if (last.current.value === value) return;
    const waitMs = Math.max(0, last.current.atMs + SHORTEST_PAUSE_MS - Date.now());
    const timer = setTimeout(() => {
      last.current = { value, atMs: Date.now() };
      reload();
    }, waitMs);
    return () => clearTimeout(timer);
  }, [value, reload]);
}
