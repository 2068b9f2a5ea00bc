import { createHash } from 'node:crypto';
import type { InputLine } from '../checkpoint/checkpoint.ts';
import type { FieldMapping } from '../domain/batch.ts';
import type { Json, JsonObject } from '../domain/document.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { firstString } from './to-input-document.ts';

const MAX_ID_LENGTH = 512;
const EXCERPT_LENGTH = 1_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one line of the input. @param number from 1 */
export function parseLine(bytes: Uint8Array, number: number, fields: FieldMapping): InputLine {
  const decoded = decode(bytes);
  if (typeof decoded !== 'string') {
    return rejected(number, bytes, null, 'invalid_json', `Line ${number} is not UTF-8 text.`);
  }
  const parsed = parseJson(decoded);
  if (parsed instanceof Error) {
    return rejected(number, bytes, null, 'invalid_json', `Line ${number} is not JSON: ${parsed.message}`);
  }
  return parseObject(parsed, number, fields);
}

/** Takes a value in place of a line of JSON. */
export function parseObject(value: unknown, number: number, fields: FieldMapping): InputLine {
  const source = JSON.stringify(value) ?? 'null';
  const refuse = (code: ErrorCode, why: string, documentId: string | null = null) =>
    rejected(number, Buffer.from(source), documentId, code, `Line ${number} ${why}`);
  if (!isObject(value)) return refuse('invalid_json', 'is not a JSON object.');
  const contentHash = sha256(source);
  const documentId = idOf(value, fields.id, contentHash);
  if (documentId === null) {
    const names = fields.id.filter((name) => Object.hasOwn(value, name)).join(', ');
    return refuse(
      'invalid_id',
      `has an id (${names}) that is neither text nor a number, or longer than ${MAX_ID_LENGTH} characters.`,
    );
  }
  if (firstString(value, fields.text) === undefined) {
    return refuse('no_text', `has no text in any of the fields ${fields.text.join(', ')}.`, documentId);
  }
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

/** The id a document gives itself, or one made from its content; null when it cannot be one. */
function idOf(source: JsonObject, names: readonly string[], contentHash: string): string | null {
  for (const name of names) {
    const value: Json | undefined = Object.hasOwn(source, name) ? source[name] : undefined;
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    const id = String(value).toWellFormed();
    return id.length > MAX_ID_LENGTH ? null : id;
  }
  return `sha-${contentHash.slice(0, 32)}`;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
