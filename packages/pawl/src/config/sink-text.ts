import { resolve } from 'node:path';
import type { SinkSettings } from '../domain/batch.ts';

/** How a sink is written; for messages and help. */
export const SINK_FORMS =
  'a sink such as jsonl or jsonl:compression=gzip (KIND[:KEY=VALUE,...]; name=NAME tells two of a kind apart)';

/** The sink of `KIND[:KEY=VALUE,...]`; null when the text is none. Whether the kind exists is for the sinks to say. */
export function parseSink(text: string): SinkSettings | null {
  const match = /^([a-z][a-z0-9-]*)(?::(.*))?$/s.exec(text.trim());
  if (match === null) return null;
  const kind = match[1]!;
  const options: Record<string, string> = {};
  for (const part of match[2]?.split(',') ?? []) {
    const equals = part.indexOf('=');
    const key = part.slice(0, equals).trim();
    if (equals < 1 || Object.hasOwn(options, key)) return null;
    options[key] = part.slice(equals + 1).trim();
  }
  const { name = kind, ...rest } = options;
  // The batch may be resumed from another folder.
  return { name, kind, options: rest.path === undefined ? rest : { ...rest, path: resolve(rest.path) } };
}

/** The text that {@link parseSink} reads back to `sink`. */
export function formatSink(sink: SinkSettings): string {
  const options = Object.entries(sink.options).map(([key, value]) => `${key}=${value}`);
  if (sink.name !== sink.kind) options.unshift(`name=${sink.name}`);
  return options.length === 0 ? sink.kind : `${sink.kind}:${options.join(',')}`;
}
