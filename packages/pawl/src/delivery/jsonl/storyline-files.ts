import { basename, dirname, join } from 'node:path';
import type { Compression } from '../../compression/compression.ts';
import { messageOf } from '../../domain/errors.ts';
import type { SettledStorylines } from '../sink.ts';
import { type FileMark, holdsAtEnd, sizeAndCrc32, sizeOf } from './jsonl-file.ts';
import { replaceWhole } from './whole-file.ts';

/** Text gathered before it is written. */
const WRITE_LENGTH = 64 * 1024;
const ENDING = /((?:\.jsonl|\.ndjson|\.json)?)((?:\.gz|\.zst)?)$/;

const KINDS = ['storylines', 'linkages'] as const;
type Kind = (typeof KINDS)[number];

/** What was written of them; null for what was not written yet. Once there is one, the files are ours. */
export type StorylinesPosition = Readonly<Record<Kind, FileMark | null>>;

export const NOT_WRITTEN: StorylinesPosition = { storylines: null, linkages: null };

/** `out.storylines.jsonl` and `out.linkages.jsonl` beside a file of results `out.jsonl`, compressed as that is. */
export class StorylineFiles {
  readonly paths: Readonly<Record<Kind, string>>;
  readonly #compression: Compression | null;

  constructor(resultsPath: string, compression: Compression | null) {
    this.paths = { storylines: beside(resultsPath, 'storylines'), linkages: beside(resultsPath, 'linkages') };
    this.#compression = compression;
  }

  /** Both, and what they hold. */
  get files(): { readonly holds: Kind; readonly path: string }[] {
    return KINDS.map((holds) => ({ holds, path: this.paths[holds] }));
  }

  /** Replaces both, each whole or not at all. */
  async replace(settled: SettledStorylines, signal: AbortSignal): Promise<StorylinesPosition> {
    const written = { ...NOT_WRITTEN } as Record<Kind, FileMark | null>;
    for (const kind of KINDS) {
      written[kind] = await replaceWhole(this.paths[kind], linesAsBytes(settled[kind]()), this.#compression, signal);
    }
    return written;
  }

  /** A file that holds something: it is not ours to replace unless we have written to it. */
  async findTaken(): Promise<string | null> {
    for (const { path } of this.files) if (((await sizeOf(path)) ?? 0) > 0) return path;
    return null;
  }

  /** Whether the files are as long as they were written, and end alike. */
  async hold(position: StorylinesPosition): Promise<boolean> {
    for (const kind of KINDS) {
      const mark = position[kind];
      if (mark !== null && !(await holdsAtEnd(this.paths[kind], mark))) return false;
    }
    return true;
  }

  /** A sentence for each file that is not what was written. */
  async check(position: StorylinesPosition): Promise<string[]> {
    const wrong: string[] = [];
    for (const kind of KINDS) {
      const mark = position[kind];
      if (mark === null) continue;
      const name = basename(this.paths[kind]);
      try {
        const { size, checksum } = await sizeAndCrc32(this.paths[kind]);
        if (size !== mark.offset || checksum !== mark.crc32) wrong.push(`${name} was changed after it was written.`);
      } catch (error) {
        wrong.push(`${name} cannot be read: ${messageOf(error)}.`);
      }
    }
    return wrong;
  }
}

function beside(resultsPath: string, kind: Kind): string {
  const name = basename(resultsPath);
  const [, format = '', compressed = ''] = ENDING.exec(name) ?? [];
  const stem = name.slice(0, name.length - format.length - compressed.length);
  return join(dirname(resultsPath), `${stem}.${kind}${format || '.jsonl'}${compressed}`);
}

async function* linesAsBytes(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let gathered = '';
  for await (const line of lines) {
    gathered += `${line}\n`;
    if (gathered.length < WRITE_LENGTH) continue;
    yield Buffer.from(gathered);
    gathered = '';
  }
  if (gathered !== '') yield Buffer.from(gathered);
}
