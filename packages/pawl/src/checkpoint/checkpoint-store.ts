import type { Batch, Run } from '../domain/batch.ts';
import type { Authorship, Checkpoint, NewBatch } from './checkpoint.ts';

/** The batches of one data folder or database. */
export interface CheckpointStore {
  /** @throws {PawlError} `batch_exists`, `invalid_batch_id`, `data_unwritable`, `disk_full` */
  create(batch: NewBatch, author: Authorship): Promise<Checkpoint>;
  /** @param id batch id or job id. @throws {PawlError} `unknown_batch`, `checkpoint_damaged`, `checkpoint_newer` */
  open(id: string): Promise<Checkpoint>;
  /** As `open`, for a runner: no call blocks the event loop while the disk is waited for. */
  openThreaded(id: string): Promise<Checkpoint>;
  /** True when a batch of that id exists, readable or not. */
  exists(batchId: string): Promise<boolean>;
  /** Every batch, the one used last first; a checkpoint that cannot be read is listed with its error. */
  list(): Promise<readonly ListedBatch[]>;
  /** The id of the batch used last, or null. */
  lastUsed(): Promise<string | null>;
  /** Makes it the batch used last. */
  use(batchId: string): Promise<void>;
  /** Removes a batch and its outputs. */
  delete(batchId: string): Promise<void>;
  /** Where a batch's outputs go. */
  folderOf(batchId: string): string;
}

export type ListedBatch =
  | { readonly kind: 'batch'; readonly batch: Batch; readonly holder: Run | null }
  | { readonly kind: 'unreadable'; readonly batchId: string; readonly error: string };
