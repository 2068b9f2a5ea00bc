import { useRef } from 'preact/hooks';
import { type Loaded, useLoaded } from './use-loaded.ts';

/** A list of the server's that may go on. */
interface Page {
  readonly next: string | null;
}

/**
 * Loads a list as far as it is shown, so that it is one whole even while it changes. Gives what is loaded; how to show one page
 * more, or null at the end; and how to load it again.
 * @param key what the list is of; another key begins anew at one page
 */
export function usePages<P extends Page>(
  key: string,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<P>,
  join: (first: P, second: P) => P,
): [loaded: Loaded<P>, more: (() => void) | null, reload: () => void] {
  const shown = useRef({ key, pages: 1 });
  if (shown.current.key !== key) shown.current = { key, pages: 1 };
  const [loaded, reload] = useLoaded(key, async (signal) => {
    let list = await load(undefined, signal);
    for (let page = 1; page < shown.current.pages && list.next !== null; page += 1) {
      list = join(list, await load(list.next, signal));
    }
    return list;
  });
  const more = () => {
    shown.current.pages += 1;
    reload();
  };
  return [loaded, loaded.kind === 'ready' && loaded.value.next !== null ? more : null, reload];
}
