import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import { openStore } from '../composition.ts';
import type { Run } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { holdsBatch } from '../engine/runner-liveness.ts';
import { systemClock } from '../engine/system-clock.ts';

/** A batch that a command works with. */
export interface OpenBatch {
  readonly store: CheckpointStore;
  readonly checkpoint: Checkpoint;
  readonly batchId: string;
  /** Where its outputs are. */
  readonly folder: string;
}

/**
 * Opens a batch for the time of `use`.
 * @param id batch id or job id; undefined for the batch used last
 * @throws {PawlError} `unknown_batch`, `no_batch`, `checkpoint_damaged`, `checkpoint_newer`
 */
export async function withBatch<T>(
  dataFolder: string,
  id: string | undefined,
  use: (batch: OpenBatch) => Promise<T>,
): Promise<T> {
  const store = openStore(dataFolder);
  const wanted = id ?? (await store.lastUsed());
  if (wanted === null) throw new PawlError('no_batch', `There is no batch in ${dataFolder} yet.`);
  const checkpoint = await store.open(wanted);
  try {
    const { batchId } = await checkpoint.batch();
    return await use({ store, checkpoint, batchId, folder: store.folderOf(batchId) });
  } finally {
    await checkpoint.close();
  }
}

/** The run that works on the batch now; null when nobody does. */
export async function liveRunner(checkpoint: Checkpoint): Promise<Run | null> {
  const holder = await checkpoint.holder();
  return holder !== null && holdsBatch(holder, systemClock.now()) ? holder : null;
}
