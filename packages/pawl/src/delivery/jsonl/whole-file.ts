import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { createCompressor } from '../../compression/compress.ts';
import type { Compression } from '../../compression/compression.ts';
import type { FileMark } from './jsonl-file.ts';
import { syncFolder, tailCrc32, writeWhole } from './jsonl-file.ts';

/** Where a file is made before it takes its place. */
export function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}

/**
 * Writes a file whole or not at all: under another name, synced, then in the place of the old one in one step. What is
 * compressed is compressed as one stream. @throws the signal's reason when aborted; what writing throws
 */
export async function replaceWhole(
  path: string,
  content: AsyncIterable<Uint8Array>,
  compression: Compression | null,
  signal: AbortSignal,
): Promise<FileMark> {
  const unfinished = unfinishedPath(path);
  const file = await open(unfinished, 'w+', 0o644);
  try {
    const written = await fill(file, content, compression, signal);
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

async function fill(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  compression: Compression | null,
  signal: AbortSignal,
): Promise<Omit<FileMark, 'tailCrc32'>> {
  let offset = 0;
  let checksum = 0;
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      await writeWhole(file, chunk, offset);
      offset += chunk.length;
      checksum = crc32(chunk, checksum);
    }
  };
  const source = Readable.from(content, { objectMode: false });
  if (compression === null) await pipeline(source, write, { signal });
  else await pipeline(source, createCompressor(compression), write, { signal });
  return { offset, crc32: checksum };
}
