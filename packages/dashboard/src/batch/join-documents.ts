import type { DocumentList } from '../../../pawl/src/server/api/api.ts';

/** Two pages of documents as one list. */
export function joinDocuments(first: DocumentList, second: DocumentList): DocumentList {
  return { ...second, documents: [...first.documents, ...second.documents] };
}
