/** The states of a document in a batch. */
export const DOCUMENT_STATES = ['pending', 'processed', 'failed'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

export type DocumentMove = 'process' | 'fail' | 'retry' | 'reprocess';

/** `reprocess` is asked for explicitly: changed content or a replaced pipeline. */
export const DOCUMENT_TRANSITIONS: Readonly<
  Record<DocumentState, Readonly<Partial<Record<DocumentMove, DocumentState>>>>
> = {
  pending: { process: 'processed', fail: 'failed' },
  failed: { retry: 'pending', reprocess: 'pending' },
  processed: { reprocess: 'pending' },
};
