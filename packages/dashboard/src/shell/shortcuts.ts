import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const KEY = 'pawl.shortcuts';

/** A key and what it does, as it stands in the help. */
export interface Shortcut {
  /** As `KeyboardEvent.key` names it, such as `p` or `?`. */
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}

/** Single keys can get in the way of speech input, so they can be switched off (WCAG 2.1.4). */
export const shortcutsOn = signal(localStorage.getItem(KEY) !== 'off');

export function switchShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  localStorage.setItem(KEY, on ? 'on' : 'off');
}

interface Group {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const groups = signal<readonly { readonly current: Group }[]>([]);

/** What the keys do now, the page as a whole first. */
export function activeShortcuts(): readonly Group[] {
  return groups.value.map(({ current }) => current);
}

/** Gives keys a meaning as long as the component lives. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const group = useRef<Group>({ title, shortcuts });
  group.current = { title, shortcuts };
  useEffect(() => {
    groups.value = [...groups.value, group];
    return () => {
      groups.value = groups.value.filter((other) => other !== group);
    };
  }, []);
}

addEventListener('keydown', (event) => {
  if (!shortcutsOn.value || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]') !== null) return;
  const shortcut = activeShortcuts()
    .flatMap(({ shortcuts }) => shortcuts)
    .findLast(({ key }) => key === event.key);
  if (shortcut === undefined) return;
  event.preventDefault();
  shortcut.run();
});

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
