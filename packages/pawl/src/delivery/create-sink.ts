import { join } from 'node:path';
import type { SinkSettings } from '../domain/batch.ts';
import type { Json } from '../domain/document.ts';
import { PawlError } from '../domain/errors.ts';
import { type Compression, JsonlSink } from './jsonl/jsonl-sink.ts';
import type { Sink } from './sink.ts';

type SinkFactory = (settings: SinkSettings, batchFolder: string) => Sink;

const FACTORIES: Readonly<Record<string, SinkFactory>> = { jsonl: createJsonlSink };

/** The file's ending where nothing or a compression is chosen. */
const ENDINGS: Readonly<Record<string, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

/** @throws {PawlError} `sink_unfit` for an unknown kind or option */
export function createSink(settings: SinkSettings, batchFolder: string): Sink {
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
  const ending = ENDINGS[compression];
  if (ending === undefined) {
    throw new PawlError('sink_unfit', `The sink jsonl cannot compress with "${compression}"; use gzip or zstd.`);
  }
  const file = typeof path === 'string' ? path : join(batchFolder, `documents.jsonl${ending}`);
  return new JsonlSink(name, file, compression === 'none' ? null : (compression as Compression));
}

function refuseUnknown(kind: string, unknown: Readonly<Record<string, Json>>, known: readonly string[]): void {
  const [name] = Object.keys(unknown);
  if (name === undefined) return;
  throw new PawlError('sink_unfit', `The sink ${kind} has no option "${name}"; it has: ${known.join(', ')}.`);
}
