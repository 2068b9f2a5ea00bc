import type { FieldMapping } from '../domain/batch.ts';
import type { InputDocument, Json, JsonObject } from '../domain/document.ts';

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

/** The first of the fields that holds a string with something in it. */
export function firstString(source: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value: Json | undefined = Object.hasOwn(source, name) ? source[name] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
