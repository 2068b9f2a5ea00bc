import { signIn, tokenWanted } from '../api/token.ts';
import { Dialog } from './dialog.tsx';

/** Asks for a bearer token when the server wants one. */
export function TokenDialog() {
  if (!tokenWanted.value) return null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get('token');
    if (typeof given === 'string' && given.trim() !== '') signIn(given.trim());
  };
  return (
    <Dialog
      title="This server asks for a token"
      onClose={() => {
        tokenWanted.value = false;
      }}
    >
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>Bearer token</span>
          <input name="token" type="password" autocomplete="off" spellcheck={false} required />
        </label>
        <p class="hint">It is kept until this tab is closed, and sent to this server only.</p>
        <div class="dialog-actions">
          <button type="submit" class="button button-primary">
            Use it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
