import { type DocumentMove, documentStatesBefore } from '../../domain/document-state.ts';

/** The states from which a move exists, for an SQL `IN`; the words are ours, not a user's. */
export function statesBefore(move: DocumentMove): string {
  return `(${documentStatesBefore(move)
    .map((state) => `'${state}'`)
    .join(', ')})`;
}
