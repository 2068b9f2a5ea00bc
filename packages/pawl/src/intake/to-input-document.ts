import type { FieldMapping } from '../domain/batch.ts';
import type { InputDocument, JsonObject } from '../domain/document.ts';
import { firstString } from '../domain/first-string.ts';

/** Reads a stored input object as the stages see it. The object was accepted, so it has a text. */
export function toInputDocument(sourceJson: string, documentId: string, fields: FieldMapping): InputDocument {
  const source = JSON.parse(sourceJson) as JsonObject;
  const title = firstString(source, fields.title);
  const publicationDate = firstString(source, fields.date);
  const sourceUrl = firstString(source, fields.url);
  return {
    documentId,
    text: firstString(source, fields.text) ?? '',
    ...(title === undefined ? {} : { title }),
    ...(publicationDate === undefined ? {} : { publicationDate }),
    ...(sourceUrl === undefined ? {} : { sourceUrl }),
    source,
  };
}
