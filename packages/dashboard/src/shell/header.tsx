import { connection } from '../api/live.ts';
import { hrefOf } from '../route.ts';
import { choosingFiles } from '../submit/submission.ts';
import { helpOpen } from './help-dialog.tsx';
import { route } from './navigation.ts';
import { nextTheme, theme } from './theme.ts';

const CONNECTION_TEXT = { off: '', connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' } as const;
const THEME_TEXT = { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' } as const;
const THEME_SIGN = { system: '◐', light: '☀', dark: '☾' } as const;

export function Header() {
  const state = connection.value;
  const { page } = route.value;
  return (
    <header class="top">
      <a class="brand" href={hrefOf({ page: 'batches' })}>
        <img src="favicon.svg" alt="" width="26" height="26" />
        pawl
      </a>
      <nav class="top-nav" aria-label="Pages">
        <a href={hrefOf({ page: 'batches' })} aria-current={page === 'batches' ? 'page' : undefined}>
          Batches
        </a>
        <a href={hrefOf({ page: 'try' })} aria-current={page === 'try' ? 'page' : undefined}>
          Try it
        </a>
      </nav>
      <span class={`connection connection-${state}`} role="status">
        {CONNECTION_TEXT[state]}
      </span>
      <button type="button" class="button button-primary" onClick={choosingFiles}>
        Submit
      </button>
      <button
        type="button"
        class="button-quiet"
        aria-label={THEME_TEXT[theme.value]}
        title={THEME_TEXT[theme.value]}
        onClick={nextTheme}
      >
        {THEME_SIGN[theme.value]}
      </button>
      <button
        type="button"
        class="button-quiet"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        ?
      </button>
    </header>
  );
}
