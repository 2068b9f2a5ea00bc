import { PawlError } from '../../domain/errors.ts';

const BATCH_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** @throws {PawlError} `invalid_batch_id` for anything that is not safe as a folder's name */
export function requireBatchId(batchId: string): void {
  if (BATCH_ID.test(batchId)) return;
  throw new PawlError(
    'invalid_batch_id',
    `${JSON.stringify(batchId)} cannot be a batch id: use letters, digits, ".", "-" and "_", at most 128, not beginning with ".".`,
  );
}
