import { createReadStream } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { messageOf, PawlError } from '../../domain/errors.ts';

const TAIL_BYTES = 4_096;

/** What tells a file that was written from another. */
export type FileMark = {
  /** Its length in bytes. */
  readonly offset: number;
  /** CRC-32 of the whole file, and of its end: the second is cheap to compare. */
  readonly crc32: number;
  readonly tailCrc32: number;
};

/** Opens a file to be written in place. @throws {PawlError} `data_unwritable` when it is none; what opening throws */
export async function openForWriting(path: string, ifMissing: 'create' | 'fail'): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_NONBLOCK | (ifMissing === 'create' ? constants.O_CREAT : 0);
  const file = await open(path, flags, 0o644);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new PawlError('data_unwritable', `${path} is no regular file; results are written to files only.`);
}

/** Writes all of it: a single write may take less than it was given, as on a disk that is getting full. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

/** CRC-32 of the last bytes before `offset`, at most 4 KiB. */
export async function tailCrc32(file: FileHandle, offset: number): Promise<number> {
  const length = Math.min(offset, TAIL_BYTES);
  const tail = Buffer.alloc(length);
  const { bytesRead } = await file.read(tail, 0, length, offset - length);
  return crc32(tail.subarray(0, bytesRead));
}

/** The length of a file in bytes; null when there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether a file is as long as it was written, and ends alike. */
export async function holdsAtEnd(path: string, mark: FileMark): Promise<boolean> {
  if ((await sizeOf(path)) !== mark.offset) return false;
  const file = await open(path, 'r');
  try {
    return (await tailCrc32(file, mark.offset)) === mark.tailCrc32;
  } finally {
    await file.close();
  }
}

/** Reads the whole file. */
export async function sizeAndCrc32(path: string): Promise<{ readonly size: number; readonly checksum: number }> {
  let size = 0;
  let checksum = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    size += chunk.length;
    checksum = crc32(chunk, checksum);
  }
  return { size, checksum };
}

/** Whether a path still leads to an open file. */
export async function leadsTo(path: string, file: FileHandle): Promise<boolean> {
  const held = await file.stat();
  try {
    const named = await stat(path);
    return named.ino === held.ino && named.dev === held.dev;
  } catch {
    return false;
  }
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NOT_WRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO']);

/** Gives an error of the file system its code in the catalogue. */
export function withFileCode(error: unknown, path: string): unknown {
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '');
  if (NO_SPACE.has(code)) {
    return new PawlError('disk_full', `There is no space left for ${path}.`, { cause: error });
  }
  if (NOT_WRITABLE.has(code)) {
    return new PawlError('data_unwritable', `${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
  return error;
}
