import { createReadStream } from 'node:fs';
import type { Compression } from '../../compression/compression.ts';
import { decompressed } from '../../compression/decompress.ts';
import type { FileMark } from './jsonl-file.ts';
import { replaceWhole } from './whole-file.ts';

/**
 * Makes one stream of a file whose pieces were compressed by themselves: it gets smaller, and readers that stop after the
 * first zstd frame see it all. The new file takes the old one's place in one step.
 */
export function compactFile(path: string, compression: Compression, signal: AbortSignal): Promise<FileMark> {
  return replaceWhole(path, decompressed(createReadStream(path)), compression, signal);
}
