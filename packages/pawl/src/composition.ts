import { dirname, resolve } from 'node:path';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { openCheckpointFolder } from './checkpoint/sqlite/open-checkpoint-folder.ts';
import { SqliteCheckpointStore } from './checkpoint/sqlite/sqlite-checkpoint-store.ts';
import { createSinks as createSinksOf } from './delivery/create-sink.ts';
import { JsonlSink } from './delivery/jsonl/jsonl-sink.ts';
import type { Sink } from './delivery/sink.ts';
import type { BatchSettings } from './domain/batch.ts';
import type { AnswerCache } from './models/answers/answer-cache.ts';
import { ThreadedAnswerCache } from './models/answers/sqlite/threaded-answer-cache.ts';
import type { SinkFile } from './receipt/write-receipt.ts';
import type { TraceOutput } from './tracing/trace-output.ts';
import { tracesEndpoint } from './tracing/traces-endpoint.ts';

// The composition root: the one file that knows which adapter stands behind which port.

/** The batches of a data folder. Nothing is created before a batch is. */
export function openStore(dataFolder: string): SqliteCheckpointStore {
  return new SqliteCheckpointStore(dataFolder);
}

/** The sinks of a batch whose outputs go to `batchFolder`. @throws {PawlError} `sink_unfit` */
export function createSinks(settings: BatchSettings, batchFolder: string): Sink[] {
  return createSinksOf(settings.sinks, batchFolder);
}

/** What models answered, shared by the batches of a data folder: `<data>/cache.db`. Nothing is opened before its first use. */
export function openAnswers(dataFolder: string, maxBytes: number): AnswerCache {
  return new ThreadedAnswerCache({ path: resolve(dataFolder, 'cache.db'), maxBytes });
}

/** The answers that settings say to use; null for none. */
export function answersFor({ useCache, cacheBytes }: BatchSettings, dataFolder: string): AnswerCache | null {
  return useCache ? openAnswers(dataFolder, cacheBytes) : null;
}

/** The data folder in which a batch's folder is: `<data>/batches/<batch>`. */
export function dataFolderOf(batchFolder: string): string {
  return resolve(batchFolder, '../..');
}

/**
 * Where traces go by the variables of OpenTelemetry; null where those name no endpoint: nothing is loaded then.
 * @throws {PawlError} `invalid_setting`
 */
export async function openTraces(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<TraceOutput | null> {
  const endpoint = tracesEndpoint(environment);
  if (endpoint === null) return null;
  const { OtlpTraces } = await import('./tracing/otlp/otlp-traces.ts');
  return new OtlpTraces(endpoint);
}

/** What the sinks of a batch keep in its folder. */
export function sinkFiles(settings: BatchSettings, batchFolder: string): SinkFile[] {
  const folder = resolve(batchFolder);
  return createSinks(settings, folder)
    .filter((sink) => sink instanceof JsonlSink)
    .flatMap(({ name, files }) => files.map((file) => ({ sink: name, ...file })))
    .filter(({ path }) => dirname(path) === folder);
}

/** The checkpoint in a folder that was copied or archived, to be looked at. @throws {PawlError} `missing_file` */
export function openBatchFolder(folder: string): Checkpoint {
  return openCheckpointFolder(folder);
}
