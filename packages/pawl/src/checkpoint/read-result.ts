import type { DocumentResult } from '../domain/result.ts';
import type { StoredResult } from './checkpoint.ts';

/** The JSON of a saved result. */
export function resultText({ result }: Pick<StoredResult, 'result'>): string {
  return Buffer.from(result.buffer, result.byteOffset, result.byteLength).toString();
}

/** A saved result, as a sink or reader gets it, read. */
export function readResult(stored: Pick<StoredResult, 'result'>): DocumentResult {
  return JSON.parse(resultText(stored)) as DocumentResult;
}
