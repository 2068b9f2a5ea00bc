import { constants, type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import type { StoredResult } from '../../checkpoint/checkpoint.ts';
import type { JsonObject } from '../../domain/document.ts';
import { messageOf, PawlError } from '../../domain/errors.ts';
import type { Sink } from '../sink.ts';

// One result a line. Exactly once through any crash (G2): the position that the checkpoint holds is a byte offset; what
// a crash left beyond it is cut off before the next write. The file is synced before the position is saved.

export type Compression = 'gzip' | 'zstd';

/** What is appended is a gzip member (RFC 1952, 2.2) or zstd frame (RFC 8878, 3) of its own, so that cutting leaves a valid file. */
const COMPRESSORS: Readonly<Record<Compression, (content: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gzip),
  zstd: promisify<Buffer, Buffer>(zstdCompress),
};

interface Position {
  /** Length of the file in bytes. */
  readonly offset: number;
  readonly lines: number;
}

export class JsonlSink implements Sink {
  readonly name: string;
  readonly path: string;
  readonly #compression: Compression | null;
  #file: FileHandle | null = null;

  constructor(name: string, path: string, compression: Compression | null) {
    this.name = name;
    this.path = path;
    this.#compression = compression;
  }

  async recover(position: JsonObject): Promise<'ready' | 'lost'> {
    const { offset } = readPosition(position);
    return this.#guard(async () => {
      if (!(await this.#isSameFile())) await this.#letGo();
      const file = await this.#open();
      const { size } = await file.stat();
      if (size < offset) return 'lost';
      if (size > offset) {
        await file.truncate(offset);
        await file.datasync();
      }
      return 'ready';
    });
  }

  async start(): Promise<JsonObject> {
    return this.#guard(async () => {
      await this.#letGo();
      const file = await this.#open();
      await file.truncate(0);
      await file.sync();
      await syncFolder(dirname(this.path));
      return { offset: 0, lines: 0 };
    });
  }

  async write(results: readonly StoredResult[], position: JsonObject): Promise<JsonObject> {
    const { offset, lines } = readPosition(position);
    const text = Buffer.from(`${results.map(({ result }) => result).join('\n')}\n`);
    const bytes = this.#compression === null ? text : await COMPRESSORS[this.#compression](text);
    return this.#guard(async () => {
      const file = await this.#open();
      await writeWhole(file, bytes, offset);
      await file.datasync();
      return { offset: offset + bytes.length, lines: lines + results.length };
    });
  }

  /** Every write is whole and synced, so there is nothing left to do but to see that the file is still in its place. */
  async finish(position: JsonObject): Promise<JsonObject> {
    if (await this.#isSameFile()) return position;
    throw new PawlError(
      'data_unwritable',
      `${this.path} was moved or deleted while it was written; it is written again.`,
    );
  }

  async check(position: JsonObject): Promise<readonly string[]> {
    const { offset } = readPosition(position);
    try {
      const file = await open(this.path, 'r');
      const { size } = await file.stat();
      await file.close();
      if (size === offset) return [];
      return [
        `${basename(this.path)} has ${size} bytes; the checkpoint says ${offset}. Running the batch again mends that.`,
      ];
    } catch (error) {
      if (offset === 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      return [`${basename(this.path)} cannot be read: ${messageOf(error)}. Running the batch again writes it anew.`];
    }
  }

  async close(): Promise<void> {
    await this.#letGo();
  }

  async #open(): Promise<FileHandle> {
    // Created if missing, never cut by opening.
    this.#file ??= await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o644);
    return this.#file;
  }

  /** Whether the path still leads to the open file; true while none is open. */
  async #isSameFile(): Promise<boolean> {
    if (this.#file === null) return true;
    const held = await this.#file.stat();
    try {
      const named = await open(this.path, 'r');
      const stat = await named.stat();
      await named.close();
      return stat.ino === held.ino && stat.dev === held.dev;
    } catch {
      return false;
    }
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.#letGo().catch(() => undefined);
      throw toPawlError(error, this.path);
    }
  }
}

function readPosition(position: JsonObject): Position {
  return { offset: Number(position.offset ?? 0), lines: Number(position.lines ?? 0) };
}

/** A write may take less than it was given, as it does on a disk that is getting full. */
async function writeWhole(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function toPawlError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new PawlError('disk_full', `There is no space left for ${path}.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOENT' || code === 'EISDIR') {
    return new PawlError('data_unwritable', `${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
  return error;
}
