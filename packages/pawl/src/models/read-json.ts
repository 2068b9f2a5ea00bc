import { jsonrepair } from 'jsonrepair';
import { messageOf } from '../domain/errors.ts';

/** What stands in an answer. */
export type ReadJson =
  | { readonly kind: 'value'; readonly value: unknown }
  /** It ends before the value does: part of it is missing, and nobody knows how much. */
  | { readonly kind: 'unclosed' }
  | { readonly kind: 'invalid'; readonly problem: string };

/** More than any answer that is asked for. */
const MAX_ANSWER_CHARS = 1024 * 1024;
/** Mending takes time that grows with the square of the length; longer answers are asked for anew. */
const MAX_MENDED_CHARS = 64 * 1024;
/** An answer nests six deep. What nests deeper is refused before a parser that calls itself sees it. */
const MAX_DEPTH = 32;

/**
 * Reads the JSON value in a model's answer. What stands around it (fences, words, thoughts) is left out; trailing commas, comments,
 * single quotes and the like are mended, since that cannot change what is said. An answer that is cut off is never mended.
 * @param firstKey of the object that is asked for: words around it may hold braces, too
 */
export function readJson(answer: string, firstKey: string): ReadJson {
  if (answer.length > MAX_ANSWER_CHARS) return invalid(`it is longer than ${MAX_ANSWER_CHARS} characters`);
  const begun = withoutThoughts(answer);
  const start = valueStart(begun, firstKey);
  if (start < 0) return invalid('it holds no JSON object');
  const extent = valueExtent(begun, start);
  if (extent.kind !== 'closed') return extent;
  const text = begun.slice(start, extent.end);
  const read = parse(text, JSON.parse);
  if (read !== null) return read;
  const mended = text.length > MAX_MENDED_CHARS ? null : parse(text, (broken) => JSON.parse(jsonrepair(broken)));
  return mended ?? invalid(syntaxProblem(text));
}

/** Reasoning models may think aloud before they answer. */
function withoutThoughts(answer: string): string {
  const end = /^\s*<think>/.test(answer) ? answer.indexOf('</think>') : -1;
  return end < 0 ? answer : answer.slice(end + '</think>'.length);
}

/** Words before the answer may have brackets of their own. */
function valueStart(text: string, firstKey: string): number {
  const named = text.search(new RegExp(`\\{\\s*["']?${firstKey}["']?\\s*:`));
  return named < 0 ? text.search(/[{[]/) : named;
}

type Extent = { readonly kind: 'closed'; readonly end: number } | Exclude<ReadJson, { kind: 'value' }>;

/** Where the value that begins at `start` ends, by its brackets outside of strings. */
function valueExtent(text: string, start: number): Extent {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') {
      const end = stringEnd(text, i);
      if (end < 0) return { kind: 'unclosed' };
      i = end;
    } else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return invalid(`it nests deeper than ${MAX_DEPTH} brackets`);
    } else if ((character === '}' || character === ']') && --depth === 0) return { kind: 'closed', end: i + 1 };
  }
  return { kind: 'unclosed' };
}

/** Position of the quote that closes the string; -1 when none does. */
function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i += 1;
    else if (text.charAt(i) === '"') return i;
  }
  return -1;
}

function parse(text: string, read: (text: string) => unknown): ReadJson | null {
  try {
    return { kind: 'value', value: read(text) };
  } catch {
    return null;
  }
}

function syntaxProblem(text: string): string {
  try {
    JSON.parse(text);
    return 'it is not JSON';
  } catch (error) {
    return `it is not JSON: ${messageOf(error)}`;
  }
}

function invalid(problem: string): { kind: 'invalid'; problem: string } {
  return { kind: 'invalid', problem };
}
