import { signal } from '@preact/signals';
import { messageOf } from '../../../pawl/src/domain/errors.ts';

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

/** Does something that the server may refuse, and says what became of it; nothing where one sees it anyway (null). */
export async function attempt(action: () => Promise<string | null>): Promise<void> {
  try {
    const done = await action();
    if (done !== null) notify('done', done);
  } catch (error) {
    notify('refused', messageOf(error));
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
