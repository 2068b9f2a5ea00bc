import type { DocumentResult } from '../domain/result.ts';

/** Characters of a title. */
export const MAX_TITLE = 200;
const TITLE_FIELDS = ['cleaned_title', 'title', 'headline'];

/** The document's own title; null for none. */
export function titleOf({ source_document: source }: DocumentResult): string | null {
  const title = TITLE_FIELDS.map((field) => source[field]).find(
    (value) => typeof value === 'string' && value.trim() !== '',
  );
  return title === undefined ? null : String(title).trim().slice(0, MAX_TITLE);
}
