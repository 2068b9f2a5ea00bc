import { join } from 'node:path';
import type { Compression } from '../compression/compression.ts';
import type { SinkSettings } from '../domain/batch.ts';
import type { Json } from '../domain/document.ts';
import { PawlError } from '../domain/errors.ts';
import { JsonlSink } from './jsonl/jsonl-sink.ts';
import type { Sink } from './sink.ts';

type SinkFactory = (settings: SinkSettings, batchFolder: string) => Sink;

const FACTORIES: Readonly<Record<string, SinkFactory>> = { jsonl: createJsonlSink };

/** The file's ending where nothing or a compression is chosen. */
const ENDINGS: Readonly<Record<string, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

/** The sinks of a batch. @throws {PawlError} `sink_unfit` for an unknown kind or option, and where two would be in each other's way */
export function createSinks(settings: readonly SinkSettings[], batchFolder: string): Sink[] {
  const sinks = settings.map((one) => createSink(one, batchFolder));
  refuseTwice('name', (sink) => [sink.name], sinks);
  refuseTwice('file', (sink) => (sink instanceof JsonlSink ? sink.files.map(({ path }) => path) : []), sinks);
  return sinks;
}

function refuseTwice(what: string, of: (sink: Sink) => readonly string[], sinks: readonly Sink[]): void {
  const seen = new Set<string>();
  for (const value of sinks.flatMap(of)) {
    if (seen.has(value)) {
      throw new PawlError(
        'sink_unfit',
        `Two sinks have the ${what} "${value}"; give each its own (name=..., path=...).`,
      );
    }
    seen.add(value);
  }
}

function createSink(settings: SinkSettings, batchFolder: string): Sink {
  const factory = Object.hasOwn(FACTORIES, settings.kind) ? FACTORIES[settings.kind] : undefined;
  if (factory !== undefined) return factory(settings, batchFolder);
  const kinds = Object.keys(FACTORIES).join(', ');
  throw new PawlError('sink_unfit', `There is no sink "${settings.kind}"; there is: ${kinds}.`);
}

/** Without a path the file lies in the batch's folder, so that the folder can be moved as a whole. */
function createJsonlSink({ name, options }: SinkSettings, batchFolder: string): Sink {
  const { path, compression: chosen, ...unknown } = options;
  refuseUnknown('jsonl', unknown, ['path', 'compression']);
  const compression = String(chosen ?? 'none');
  const ending = Object.hasOwn(ENDINGS, compression) ? ENDINGS[compression] : undefined;
  if (ending === undefined) {
    throw new PawlError('sink_unfit', `The sink jsonl cannot compress with "${compression}"; use gzip or zstd.`);
  }
  if (path !== undefined && (typeof path !== 'string' || path === '')) {
    throw new PawlError('sink_unfit', 'The path of the sink jsonl must be the path of a file.');
  }
  return new JsonlSink(name, {
    path: path ?? join(batchFolder, `documents.jsonl${ending}`),
    compression: compression === 'none' ? null : (compression as Compression),
    isInBatchFolder: path === undefined,
  });
}

function refuseUnknown(kind: string, unknown: Readonly<Record<string, Json>>, known: readonly string[]): void {
  const [name] = Object.keys(unknown);
  if (name === undefined) return;
  throw new PawlError('sink_unfit', `The sink ${kind} has no option "${name}"; it has: ${known.join(', ')}.`);
}
