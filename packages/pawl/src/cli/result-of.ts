import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { PawlError } from '../domain/errors.ts';

/** The saved result of a document, as JSON. @throws {PawlError} `unknown_document`, `no_result` */
export async function resultOf(checkpoint: Checkpoint, documentId: string): Promise<string> {
  const document = await checkpoint.document(documentId);
  const { batchId } = await checkpoint.batch();
  if (document === null) {
    throw new PawlError('unknown_document', `There is no document "${documentId}" in batch ${batchId}.`);
  }
  if (document.result !== null) return document.result;
  const why = document.failure === null ? '' : ` (${document.failure.code}: ${document.failure.message})`;
  throw new PawlError('no_result', `Document "${documentId}" has no result: it is ${document.state}${why}.`);
}
