/** The states of a document in a batch. */
const DOCUMENT_STATES = ['pending', 'processed', 'failed'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

export type DocumentMove = 'process' | 'fail' | 'retry' | 'reprocess';

/** `reprocess` is asked for explicitly: changed content or a replaced pipeline. */
const DOCUMENT_TRANSITIONS: Readonly<Record<DocumentState, Readonly<Partial<Record<DocumentMove, DocumentState>>>>> = {
  pending: { process: 'processed', fail: 'failed' },
  failed: { retry: 'pending', reprocess: 'pending' },
  processed: { reprocess: 'pending' },
};

/** The states from which `move` exists. */
export function documentStatesBefore(move: DocumentMove): readonly DocumentState[] {
  return DOCUMENT_STATES.filter((state) => DOCUMENT_TRANSITIONS[state][move] !== undefined);
}
