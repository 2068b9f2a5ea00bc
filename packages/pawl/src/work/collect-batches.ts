import { randomUUID } from 'node:crypto';
import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../checkpoint/checkpoint-store.ts';
import type { CollectionTally } from '../checkpoint/collection-state.ts';
import { collectSource } from '../collection/collect-source.ts';
import type { BatchSettings } from '../domain/batch.ts';
import { isPawlError, PawlError } from '../domain/errors.ts';
import { systemClock } from '../engine/system-clock.ts';

export interface CollectionOrder {
  /** Batch or job id of the collection; one that does not exist is made. */
  readonly into: string;
  /** Batch or job ids of batches that it is to be made of, besides those it is made of already. */
  readonly sources: readonly string[];
  /** For a new collection; of their stages nothing is taken. */
  readonly settings: BatchSettings;
  readonly by: string;
  /** Called when a source was read to its end. */
  readonly onSource: (report: SourceReport) => void;
}

/** What came of a source. */
export type SourceReport =
  | {
      readonly kind: 'read';
      readonly batchId: string;
      readonly tally: CollectionTally;
      /** Documents of it that have no outcome yet. */
      readonly remaining: number;
    }
  /** The batch was deleted; what it gave stays. */
  | { readonly kind: 'gone'; readonly batchId: string };

type Source = { readonly kind: 'open'; readonly batchId: string; readonly checkpoint: Checkpoint } | Gone;
type Gone = Extract<SourceReport, { kind: 'gone' }>;

/**
 * Brings a collection up to date: takes what its sources have that it has not. Killed at any moment, it goes on where it was.
 * Nothing is changed where anything that was named is not as it should be.
 * @returns the collection, in a thread of its own; the caller closes it
 * @throws {PawlError} `unknown_batch`; `is_collection` for a source that is one; `not_a_collection`; what
 *   {@link collectSource} throws
 */
export async function collectBatches(store: CheckpointStore, order: CollectionOrder): Promise<Checkpoint> {
  const collection = await findCollection(store, order.into);
  const { into, known } = collection ?? { into: order.into, known: [] };
  const sources = new Map<string, Source>();
  try {
    for (const id of [...order.sources, ...known]) {
      const source = await openSource(store, id, known);
      if (!sources.has(source.batchId)) sources.set(source.batchId, source);
      else if (source.kind === 'open') await source.checkpoint.close();
    }
    if (sources.size === 0) throw noSources(into);
    return await collectAll(store, [...sources.values()], { ...order, into });
  } finally {
    for (const source of sources.values()) if (source.kind === 'open') await source.checkpoint.close();
  }
}

async function collectAll(
  store: CheckpointStore,
  sources: readonly Source[],
  order: CollectionOrder,
): Promise<Checkpoint> {
  const author = (): Authorship => ({ atMs: systemClock.now(), by: order.by });
  const collection = await openCollection(store, order, author());
  try {
    for (const source of sources) order.onSource(await report(collection, source, author));
    return collection;
  } catch (error) {
    await collection.close();
    throw error;
  }
}

async function report(collection: Checkpoint, source: Source, author: () => Authorship): Promise<SourceReport> {
  if (source.kind === 'gone') return source;
  const { batchId, checkpoint } = source;
  const tally = await collectSource(collection, checkpoint, author);
  const { total, processed, failed } = await checkpoint.batch();
  return { kind: 'read', batchId, tally, remaining: total - processed - failed };
}

/** A collection that exists, and the ids of the batches it is made of; null when there is none. @throws {PawlError} `not_a_collection` */
async function findCollection(
  store: CheckpointStore,
  id: string,
): Promise<{ readonly into: string; readonly known: readonly string[] } | null> {
  const checkpoint = await openIfKnown(store, id);
  if (checkpoint === null) return null;
  try {
    const { batchId, isCollection } = await checkpoint.batch();
    if (isCollection) return { into: batchId, known: await sourceIds(checkpoint) };
    throw new PawlError(
      'not_a_collection',
      `Batch ${batchId} holds documents of its own; results of other batches do not go in it.`,
    );
  } finally {
    await checkpoint.close();
  }
}

async function openIfKnown(store: CheckpointStore, id: string): Promise<Checkpoint | null> {
  try {
    return await store.open(id);
  } catch (error) {
    if (isPawlError(error, 'unknown_batch')) return null;
    throw error;
  }
}

async function sourceIds(collection: Checkpoint): Promise<string[]> {
  return (await collection.collectedSources()).map(({ batchId }) => batchId);
}

async function openSource(store: CheckpointStore, id: string, known: readonly string[]): Promise<Source> {
  const checkpoint = known.includes(id) ? await openIfKnown(store, id) : await store.open(id);
  if (checkpoint === null) return { kind: 'gone', batchId: id };
  const { batchId, isCollection } = await checkpoint.batch();
  if (!isCollection) return { kind: 'open', batchId, checkpoint };
  const parts = await sourceIds(checkpoint);
  await checkpoint.close();
  if (known.includes(batchId)) return { kind: 'gone', batchId }; // it bears the name of what was deleted
  throw new PawlError(
    'is_collection',
    `Batch ${batchId} is a collection itself. Name the batches that it is made of: ${parts.join(' ')}`,
  );
}

async function openCollection(
  store: CheckpointStore,
  { into, settings }: CollectionOrder,
  author: Authorship,
): Promise<Checkpoint> {
  if (!(await store.exists(into))) {
    const batch = {
      batchId: into,
      jobId: randomUUID(),
      pipeline: { stages: [] },
      settings: { ...settings, stages: [] },
      isCollection: true,
    };
    const created = store.create(batch, author).then((collection) => collection.close());
    await created.catch((error: unknown) => {
      if (!isPawlError(error, 'batch_exists')) throw error; // somebody else has made it this moment
    });
  }
  await store.use(into);
  return store.openThreaded(into);
}

function noSources(into: string): PawlError {
  return new PawlError(
    'unknown_batch',
    `There is no collection ${into} yet. Name the batches that it is to be made of: pawl link A B --into ${into}`,
  );
}
