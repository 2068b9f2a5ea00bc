import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { createCompressor } from '../../compression/compress.ts';
import type { Compression } from '../../compression/compression.ts';
import { decompressed } from '../../compression/decompress.ts';
import { syncFolder, tailCrc32, writeWhole } from './jsonl-file.ts';

/** Where a file is made before it takes its place. */
export function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}

/**
 * Makes one stream of a file whose pieces were compressed by themselves: it gets smaller, and readers that stop after the
 * first zstd frame see it all. The new file takes the old one's place in one step.
 */
export async function compactFile(
  path: string,
  compression: Compression,
  signal: AbortSignal,
): Promise<{ readonly offset: number; readonly crc32: number; readonly tailCrc32: number }> {
  const unfinished = unfinishedPath(path);
  const file = await open(unfinished, 'w+', 0o644);
  try {
    const written = await recompress(path, file, compression, signal);
    await file.sync();
    const tail = await tailCrc32(file, written.offset);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return { ...written, tailCrc32: tail };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function recompress(path: string, file: FileHandle, compression: Compression, signal: AbortSignal) {
  let offset = 0;
  let checksum = 0;
  const content = Readable.from(decompressed(createReadStream(path)));
  await pipeline(
    content,
    createCompressor(compression),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        await writeWhole(file, chunk, offset);
        offset += chunk.length;
        checksum = crc32(chunk, checksum);
      }
    },
    { signal },
  );
  return { offset, crc32: checksum };
}
