import { signal } from '@preact/signals';
import { messageOf } from '../../../pawl/src/domain/errors.ts';
import type { Submission } from '../../../pawl/src/server/api/api.ts';
import { suggestedBatchId } from './batch-id.ts';
import { upload } from './upload.ts';

/** What becomes of a chosen file. */
export type SubmissionState =
  | { readonly kind: 'chosen' }
  | { readonly kind: 'sending'; readonly sentBytes: number }
  | { readonly kind: 'accepted'; readonly answer: Submission }
  | { readonly kind: 'refused'; readonly message: string };

export interface ChosenFile {
  readonly file: File;
  readonly batchId: string;
  readonly state: SubmissionState;
}

/** The files that the dialog shows; it is open while this is not null. */
export const chosenFiles = signal<readonly ChosenFile[] | null>(null);

let sending = new AbortController();

/** Opens the dialog without a file. */
export function choosingFiles(): void {
  chosenFiles.value ??= [];
}

/** Adds files, each to become a batch unless they are given the same name. */
export function chooseFiles(files: Iterable<File>): void {
  const added = [...files].map(
    (file): ChosenFile => ({ file, batchId: suggestedBatchId(file.name), state: { kind: 'chosen' } }),
  );
  chosenFiles.value = [...(chosenFiles.value ?? []), ...added];
}

export function nameBatch(index: number, batchId: string): void {
  change(index, { batchId });
}

/** Closes the dialog; what is being sent is broken off. */
export function closeSubmission(): void {
  sending.abort();
  sending = new AbortController();
  chosenFiles.value = null;
}

/** Sends what is chosen or was refused, one file after the other; gives the batches that took something. */
export async function sendFiles(): Promise<readonly string[]> {
  const { signal: cancelled } = sending;
  const batches: string[] = [];
  for (const [index, { file, batchId, state }] of (chosenFiles.value ?? []).entries()) {
    if (state.kind === 'accepted' || cancelled.aborted) continue;
    change(index, { state: { kind: 'sending', sentBytes: 0 } });
    try {
      const tell = (sentBytes: number) => change(index, { state: { kind: 'sending', sentBytes } });
      const answer = await upload(batchId, file, tell, cancelled);
      change(index, { state: { kind: 'accepted', answer } });
      batches.push(answer.batch_id);
    } catch (error) {
      change(index, { state: { kind: 'refused', message: messageOf(error) } });
    }
  }
  return batches;
}

function change(index: number, values: Partial<ChosenFile>): void {
  if (chosenFiles.value === null) return;
  chosenFiles.value = chosenFiles.value.map((chosen, i) => (i === index ? { ...chosen, ...values } : chosen));
}
