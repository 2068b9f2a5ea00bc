import { signal } from '@preact/signals';

interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'refused';
  readonly text: string;
}

const SHOWN_MS = 6000;
const MAX_NOTICES = 4;

const notices = signal<readonly Notice[]>([]);
let lastId = 0;

/** Tells the user what became of what they did; screen readers say it too. */
function notify(kind: Notice['kind'], text: string): void {
  lastId += 1;
  const id = lastId;
  notices.value = [...notices.value.slice(1 - MAX_NOTICES), { id, kind, text }];
  setTimeout(() => {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }, SHOWN_MS);
}

/** Does something that the server may refuse, and says so if it does; gives whether it was done. */
export async function attempt(action: () => Promise<string>): Promise<boolean> {
  try {
    notify('done', await action());
    return true;
  } catch (error) {
    notify('refused', error instanceof Error ? error.message : String(error));
    return false;
  }
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, kind, text }) => (
        <p key={id} class={`notice notice-${kind}`}>
          {text}
        </p>
      ))}
    </div>
  );
}
