import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import { openStore } from '../composition.ts';
import { PawlError } from '../domain/errors.ts';

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
  return useBatch(store, await store.open(await wantedId(store, dataFolder, id)), use);
}

/** As {@link withBatch}, for working on it: the disk does not block this thread, and the batch becomes the one used last. */
export async function withBatchToWorkOn<T>(
  dataFolder: string,
  id: string | undefined,
  use: (batch: OpenBatch) => Promise<T>,
): Promise<T> {
  const store = openStore(dataFolder);
  return useBatch(store, await store.openThreaded(await wantedId(store, dataFolder, id)), async (open) => {
    await store.use(open.batchId);
    return use(open);
  });
}

async function wantedId(store: CheckpointStore, dataFolder: string, id: string | undefined): Promise<string> {
  const wanted = id ?? (await store.lastUsed());
  if (wanted === null) throw new PawlError('no_batch', `There is no batch in ${dataFolder} yet.`);
  return wanted;
}

async function useBatch<T>(
  store: CheckpointStore,
  checkpoint: Checkpoint,
  use: (batch: OpenBatch) => Promise<T>,
): Promise<T> {
  try {
    const { batchId } = await checkpoint.batch();
    return await use({ store, checkpoint, batchId, folder: store.folderOf(batchId) });
  } finally {
    await checkpoint.close();
  }
}
