import { PawlError } from '../domain/errors.ts';

/** Deeper than a document may be nested, plus what a request wraps around it. */
const MAX_DEPTH = 510;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body of a request. Whole numbers too large for a number keep their digits when they are written again.
 * @throws {PawlError} `invalid_request` for what is not UTF-8, not JSON, or nested too deep
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  if (isDeeperThan(text, MAX_DEPTH)) throw invalid(`is nested more than ${MAX_DEPTH} levels deep.`);
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (error) {
    throw invalid(`is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid('is not UTF-8 text.');
  }
}

/** What a reviver is told of a primitive, and its counterpart for writing (ECMAScript, JSON.parse source text access). */
declare global {
  interface JSON {
    rawJSON(text: string): object;
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isExact = typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value);
  return isExact || context?.source === undefined ? value : JSON.rawJSON(context.source);
}

/** Counts brackets before anything is parsed: what is nested without end costs a parser its stack. */
function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (inString) {
      if (character === BACKSLASH) i += 1;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === OPEN_BRACE || character === OPEN_BRACKET) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (character === CLOSE_BRACE || character === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [...'"\\{}[]'].map((character) =>
  character.charCodeAt(0),
);

function invalid(why: string): PawlError {
  return new PawlError('invalid_request', `The body ${why}`);
}
