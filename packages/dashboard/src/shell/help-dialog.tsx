import { signal } from '@preact/signals';
import { Dialog } from './dialog.tsx';
import { activeShortcuts, shortcutsOn, switchShortcuts } from './shortcuts.ts';

/** Whether the help is open. */
export const helpOpen = signal(false);

export function HelpDialog() {
  if (!helpOpen.value) return null;
  return (
    <Dialog
      title="Keyboard"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      {activeShortcuts().map(({ title, shortcuts }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl class="shortcuts">
            {shortcuts.map(({ key, does }) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={(event) => switchShortcuts(event.currentTarget.checked)}
        />
        Single keys do these things
      </label>
    </Dialog>
  );
}
