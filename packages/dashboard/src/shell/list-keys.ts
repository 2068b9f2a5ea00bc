/** Puts the cursor into the search field of the page, if it has one. */
export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('[data-search]')?.focus();
}

/** Moves the focus `by` items in the list of the page; begins at its top. */
export function moveInList(by: number): void {
  const items = [...document.querySelectorAll<HTMLElement>('[data-item]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = at === -1 ? 0 : Math.max(0, Math.min(items.length - 1, at + by));
  items[to]?.focus();
}
