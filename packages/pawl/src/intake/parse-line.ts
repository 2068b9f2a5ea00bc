import { createHash } from 'node:crypto';
import type { InputLine } from '../checkpoint/checkpoint.ts';
import type { FieldMapping } from '../domain/batch.ts';
import type { Json, JsonObject } from '../domain/document.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { firstString } from '../domain/first-string.ts';
import { exactNumber } from './exact-number.ts';

const MAX_ID_LENGTH = 512;
const EXCERPT_LENGTH = 1_000;
/** Readers of results are as limited as we are: Python's own stops at about 1,000. */
const MAX_DEPTH = 500;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one line of the input. @param number from 1 */
export function parseLine(bytes: Uint8Array, number: number, fields: FieldMapping): InputLine {
  const refuse = (code: ErrorCode, why: string, documentId: string | null = null) =>
    rejected(number, bytes, documentId, code, `Line ${number} ${why}`);
  const text = decode(bytes);
  if (text === null) return refuse('invalid_json', 'is not UTF-8 text.');
  const parsed = parseJson(text);
  if (parsed.kind === 'error') return refuse('invalid_json', `is not JSON: ${inOneLine(parsed.message)}.`);
  const { value } = parsed;
  if (!isObject(value)) return refuse('invalid_json', 'is not a JSON object.');
  if (isDeeperThan(value, MAX_DEPTH)) return refuse('invalid_json', `is nested more than ${MAX_DEPTH} levels deep.`);

  const source = JSON.stringify(value);
  const contentHash = sha256(source);
  const id = idOf(value, fields.id, text);
  if (id.kind === 'unfit') {
    const why = `has an id (${inOneLine(id.name)}) that is neither text nor a number, or longer than ${MAX_ID_LENGTH} characters.`;
    return refuse('invalid_id', why);
  }
  if (firstString(value, fields.text) === undefined) {
    const given = id.kind === 'given' ? id.documentId : null;
    return refuse('no_text', `has no text in any of the fields ${fields.text.join(', ')}.`, given);
  }
  const documentId = id.kind === 'given' ? id.documentId : `sha-${contentHash.slice(0, 32)}`;
  return { kind: 'document', line: number, documentId, contentHash, source };
}

/** A line that was too long to be kept. @param beginning its first bytes */
export function tooLong(
  number: number,
  beginning: Uint8Array,
  bytes: number,
  maxBytes: number,
  hash: string,
): InputLine {
  const message = `Line ${number} is ${bytes} bytes long; the limit is ${maxBytes}.`;
  const line = rejected(number, beginning, null, 'too_long', message);
  return { ...line, contentHash: hash };
}

function rejected(
  number: number,
  content: Uint8Array,
  documentId: string | null,
  code: ErrorCode,
  message: string,
): Extract<InputLine, { kind: 'rejected' }> {
  return {
    kind: 'rejected',
    line: number,
    contentHash: sha256(content),
    documentId,
    failure: { code, message, stage: 'accept', attempts: 1 },
    excerpt: Buffer.from(content.subarray(0, EXCERPT_LENGTH)).toString('utf8'),
  };
}

type Id =
  | { readonly kind: 'given'; readonly documentId: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unfit'; readonly name: string };

/** The id a document gives itself. @param text the object as it was written */
function idOf(source: JsonObject, names: readonly string[], text: string): Id {
  for (const name of names) {
    const value: Json | undefined = Object.hasOwn(source, name) ? source[name] : undefined;
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' && typeof value !== 'number') return { kind: 'unfit', name };
    // Beyond 2^53 neighbouring ids would become one.
    const isExact = typeof value === 'string' || Number.isSafeInteger(value);
    const documentId = String(isExact ? value : (exactNumber(text, name) ?? value)).toWellFormed();
    return documentId.length > MAX_ID_LENGTH ? { kind: 'unfit', name } : { kind: 'given', documentId };
  }
  return { kind: 'absent' };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

type Parsed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string };

function parseJson(text: string): Parsed {
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Makes what the parser quotes of the line harmless to print: control, format and line separating characters are named. */
function inOneLine(message: string): string {
  return message.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const inner = Array.isArray(value) ? value : Object.values(value);
  return inner.some((one) => isDeeperThan(one, levels - 1));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
