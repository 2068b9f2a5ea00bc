import { effect, signal } from '@preact/signals';

const KEY = 'pawl.theme';
const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme chosen on this machine; `system` follows it. */
export const theme = signal<Theme>(storedTheme());

/** Whether the page is dark now. */
export const isDark = signal(false);

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
systemIsDark.addEventListener('change', applyTheme);
effect(applyTheme);

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  localStorage.setItem(KEY, theme.value);
}

function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value;
  isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.matches);
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((known) => known === stored) ?? 'system';
}
