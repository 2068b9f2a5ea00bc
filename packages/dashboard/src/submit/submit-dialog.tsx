import type { Submission } from '../../../pawl/src/server/api/api.ts';
import { bytes, count, percent } from '../format/quantity.ts';
import { hrefOf } from '../route.ts';
import { Dialog } from '../shell/dialog.tsx';
import { navigate } from '../shell/navigation.ts';
import { type ChosenFile, chooseFiles, chosenFiles, closeSubmission, nameBatch, sendFiles } from './submission.ts';

/** Choose files, name their batches, send them. */
export function SubmitDialog() {
  const files = chosenFiles.value;
  if (files === null) return null;
  const isSending = files.some(({ state }) => state.kind === 'sending');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const batches = await sendFiles();
    const allAccepted = chosenFiles.value?.every(
      ({ state }) => state.kind === 'accepted' && state.answer.accepted.rejected === 0,
    );
    if (batches.length === 0 || !allAccepted) return;
    closeSubmission();
    const [only, second] = new Set(batches);
    if (only !== undefined)
      navigate(second === undefined ? { page: 'batch', batchId: only, tab: 'overview' } : { page: 'batches' });
  };
  return (
    <Dialog title="Submit documents" onClose={closeSubmission}>
      <form class="form" onSubmit={submit}>
        <p>
          A file of JSON lines: each line an object with a <code>text</code>, and if you like a <code>document_id</code>
          , a <code>title</code>, a <code>date</code>. You can also drop files anywhere on this page.
        </p>
        <label class="picker">
          <input
            type="file"
            accept=".jsonl,.ndjson,.json,.gz,.zst"
            multiple
            aria-label="Files of JSON lines"
            onChange={(event) => {
              chooseFiles(event.currentTarget.files ?? []);
              event.currentTarget.value = '';
            }}
          />
          <span aria-hidden="true">Choose files …</span>
        </label>
        {files.length > 0 && (
          <ul class="chosen">
            {files.map((chosen, index) => (
              <ChosenFileRow key={`${index} ${chosen.file.name}`} chosen={chosen} index={index} />
            ))}
          </ul>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={closeSubmission}>
            {isSending ? 'Break off' : 'Close'}
          </button>
          <button
            type="submit"
            class="button button-primary"
            disabled={isSending || !files.some(({ state }) => state.kind !== 'accepted')}
          >
            {isSending ? 'Sending …' : `Submit ${files.length > 1 ? count(files.length) : ''}`}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function ChosenFileRow({ chosen: { file, batchId, state }, index }: { chosen: ChosenFile; index: number }) {
  return (
    <li>
      <div class="chosen-file">
        <strong>{file.name}</strong> <span class="muted">{bytes(file.size)}</span>
      </div>
      <label class="field">
        <span>Batch</span>
        <input
          value={batchId}
          required
          maxLength={128}
          pattern="[A-Za-z0-9_\-][A-Za-z0-9._\-]*"
          title="Letters, digits, dots, dashes and underscores"
          disabled={state.kind === 'sending' || state.kind === 'accepted'}
          onInput={(event) => nameBatch(index, event.currentTarget.value)}
        />
      </label>
      <StateLine state={state} size={file.size} />
    </li>
  );
}

function StateLine({ state, size }: { state: ChosenFile['state']; size: number }) {
  switch (state.kind) {
    case 'chosen':
      return null;
    case 'sending':
      return (
        <p role="status">
          <progress value={state.sentBytes} max={Math.max(1, size)} aria-label="Sent" />{' '}
          {percent(Math.min(size, state.sentBytes), size)}
        </p>
      );
    case 'accepted':
      return <Accepted answer={state.answer} />;
    case 'refused':
      return (
        <p class="bad-text" role="alert">
          {state.message}
        </p>
      );
  }
}

/** What became of the lines of a file. */
function Accepted({ answer: { batch_id: batchId, accepted } }: { answer: Submission }) {
  const { added, known, changed, replaced, rejected } = accepted;
  const parts = [
    [added, 'new'],
    [known, 'known already'],
    [changed, 'changed, kept as they were'],
    [replaced, 'to be done again'],
    [rejected, 'refused'],
  ] as const;
  const told = parts.filter(([lines]) => lines > 0).map(([lines, what]) => `${count(lines)} ${what}`);
  return (
    <p class={rejected > 0 ? 'bad-text' : 'good-text'} role="status">
      {told.length === 0 ? 'There was nothing in it.' : told.join(', ')}{' '}
      {rejected > 0 && (
        <a href={hrefOf({ page: 'batch', batchId, tab: 'failures' })} onClick={closeSubmission}>
          See why
        </a>
      )}
    </p>
  );
}
