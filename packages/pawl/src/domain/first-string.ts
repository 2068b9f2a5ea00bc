import type { Json, JsonObject } from './document.ts';

/** The first of the fields that holds a string with something in it. */
export function firstString(source: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value: Json | undefined = Object.hasOwn(source, name) ? source[name] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}
