/** What a reviver is told of a primitive (ECMAScript, JSON.parse source text access). */
interface ReviverContext {
  readonly source?: string;
}

/**
 * The digits of the number in field `name` of a JSON object, as they are written: ids beyond 2^53 keep what a number would
 * lose. Null when the field holds something else.
 */
export function exactNumber(json: string, name: string): string | null {
  const found = new Map<object, string>();
  const note = function (this: object, key: string, value: unknown, context?: ReviverContext): unknown {
    if (key === name && typeof value === 'number' && context?.source !== undefined) found.set(this, context.source);
    return value;
  };
  const root: object = JSON.parse(json, note);
  return found.get(root) ?? null;
}
