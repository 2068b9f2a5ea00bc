import { SqliteCheckpointStore } from './checkpoint/sqlite/sqlite-checkpoint-store.ts';
import { createSink } from './delivery/create-sink.ts';
import type { Sink } from './delivery/sink.ts';
import type { BatchSettings } from './domain/batch.ts';

// The composition root: the one file that knows which adapter stands behind which port.

/** The batches of a data folder. Nothing is created before a batch is. */
export function openStore(dataFolder: string): SqliteCheckpointStore {
  return new SqliteCheckpointStore(dataFolder);
}

/** The sinks of a batch whose outputs go to `batchFolder`. @throws {PawlError} `sink_unfit` */
export function createSinks(settings: BatchSettings, batchFolder: string): Sink[] {
  return settings.sinks.map((sink) => createSink(sink, batchFolder));
}
