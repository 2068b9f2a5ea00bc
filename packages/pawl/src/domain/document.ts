/** A JSON value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One input item, as the stages see it. */
export interface InputDocument {
  /** Unique in its batch; 1 to 512 UTF-16 units. */
  readonly documentId: string;
  /** What the stages read; never empty. All spans are offsets into it. */
  readonly text: string;
  readonly title?: string;
  /** As the input gave it. */
  readonly publicationDate?: string;
  readonly sourceUrl?: string;
  /** The input object, untouched. */
  readonly source: JsonObject;
}
