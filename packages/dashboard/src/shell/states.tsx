import type { ComponentChildren } from 'preact';
import type { Loaded } from './use-loaded.ts';

interface WhenLoadedProps<T> {
  readonly loaded: Loaded<T>;
  readonly retry: () => void;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows what was loaded, or that it is on its way, or why it is not there. */
export function WhenLoaded<T>({ loaded, retry, children }: WhenLoadedProps<T>) {
  switch (loaded.kind) {
    case 'loading':
      return (
        <p class="loading" role="status">
          Loading …
        </p>
      );
    case 'failed':
      return (
        <div class="card failed-to-load" role="alert">
          <p>{loaded.error.message}</p>
          <button type="button" class="button" onClick={retry}>
            Try again
          </button>
        </div>
      );
    case 'ready':
      return <>{children(loaded.value)}</>;
  }
}

/** What stands where there is nothing to show. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

/** The button that loads the next page of a list; nothing where there is none. */
export function ShowMore({ more }: { readonly more: (() => void) | null }) {
  if (more === null) return null;
  return (
    <button type="button" class="button more" onClick={more}>
      Show more
    </button>
  );
}
