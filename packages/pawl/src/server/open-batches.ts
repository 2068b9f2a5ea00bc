import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import type { Clock } from '../engine/clock.ts';
import type { BatchAtHand } from '../work/batch-at-hand.ts';

/** How long an open checkpoint is shared. A batch that is deleted and made anew is not mistaken for the old one longer. */
const MAX_AGE_MS = 1_000;
const MAX_SHARED = 64;

/** An open batch that requests share. */
export interface ServedBatch extends BatchAtHand {
  readonly batchId: string;
}

interface Shared {
  readonly opening: Promise<ServedBatch>;
  readonly expiresAtMs: number;
  users: number;
}

/** Opens batches for requests: those that come close together share one connection. */
export class OpenBatches {
  readonly store: CheckpointStore;
  readonly #clock: Clock;
  readonly #shared = new Map<string, Shared>();

  constructor(store: CheckpointStore, clock: Clock) {
    this.store = store;
    this.#clock = clock;
  }

  /**
   * Opens a batch for the time of `work`, which must not keep the event loop waiting for long: it reads, or writes a row.
   * @param id batch or job id
   * @throws {PawlError} `unknown_batch`, `checkpoint_damaged`, `checkpoint_newer`
   */
  async use<T>(id: string, work: (batch: ServedBatch) => Promise<T>): Promise<T> {
    const shared = this.#share(id);
    shared.users += 1;
    try {
      return await work(await shared.opening);
    } finally {
      shared.users -= 1;
      if (this.#shared.get(id) !== shared) await closeUnused(shared);
    }
  }

  /** As {@link use}, for work that waits for the disk: in a thread of its own. */
  async useThreaded<T>(id: string, work: (batch: ServedBatch) => Promise<T>): Promise<T> {
    const batch = await this.#describe(await this.store.openThreaded(id));
    try {
      return await work(batch);
    } finally {
      await batch.checkpoint.close();
    }
  }

  async close(): Promise<void> {
    for (const id of this.#shared.keys()) await this.#drop(id);
  }

  #share(id: string): Shared {
    const known = this.#shared.get(id);
    if (known !== undefined && known.expiresAtMs > this.#clock.now()) return known;
    void this.#drop(id);
    const opening = this.store.open(id).then((checkpoint) => this.#describe(checkpoint));
    opening.catch(() => this.#drop(id)); // whoever awaits it sees the error; the next one tries again
    const shared = { opening, expiresAtMs: this.#clock.now() + MAX_AGE_MS, users: 0 };
    this.#shared.set(id, shared);
    const [oldest] = this.#shared.keys();
    if (this.#shared.size > MAX_SHARED && oldest !== undefined) void this.#drop(oldest);
    return shared;
  }

  async #drop(id: string): Promise<void> {
    const shared = this.#shared.get(id);
    this.#shared.delete(id);
    if (shared !== undefined) await closeUnused(shared);
  }

  async #describe(checkpoint: Checkpoint): Promise<ServedBatch> {
    const { batchId } = await checkpoint.batch();
    return { checkpoint, batchId, folder: this.store.folderOf(batchId) };
  }
}

async function closeUnused({ users, opening }: Shared): Promise<void> {
  if (users > 0) return;
  await opening.then(({ checkpoint }) => checkpoint.close()).catch(() => undefined);
}
