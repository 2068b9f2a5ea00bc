import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { InputSource } from '../checkpoint/checkpoint.ts';
import { decompressed } from '../compression/decompress.ts';
import { isPawlError, messageOf, PawlError } from '../domain/errors.ts';

/** The name that stands for standard input. */
export const STANDARD_INPUT = '-';

const CHUNK_BYTES = 256 * 1024;

/** An input that was opened and can be read once. */
export interface OpenInput {
  readonly source: InputSource;
  /** Bytes of the file as it is stored; null where that is not known. */
  readonly sizeBytes: number | null;
  /** The content, decompressed. @throws {PawlError} `input_unreadable` while it is read */
  chunks(): AsyncIterable<Uint8Array>;
  /** SHA-256 of the bytes read so far, as they are stored; hexadecimal. */
  sha256(): string;
  /** Bytes read so far, as they are stored. */
  bytesRead(): number;
  close(): Promise<void>;
}

/**
 * Opens a file, or standard input for `-`, and reads its beginning, so that what cannot be read at all is known before
 * anything is changed (G11).
 * @throws {PawlError} `missing_file`, `input_unreadable`
 */
export async function openInput(path: string, standardInput: Readable = process.stdin): Promise<OpenInput> {
  if (path === STANDARD_INPUT) {
    const source = { name: STANDARD_INPUT, fingerprint: null };
    return read(standardInput, { source, sizeBytes: null, path: 'standard input', close: async () => undefined });
  }
  const file = await openFile(path);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new PawlError('missing_file', `${path} is a folder; give a file of JSON lines.`);
    const fingerprint = stat.isFile() ? `${stat.size}:${stat.mtimeMs}` : null;
    const stored = file.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES });
    const close = async () => {
      stored.destroy();
      await file.close();
    };
    const source = { name: basename(path), fingerprint };
    return await read(stored, { source, sizeBytes: stat.isFile() ? stat.size : null, path, close });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * An input that comes as a stream from elsewhere, such as the body of a request; its lines count as those of `name`.
 * @throws {PawlError} `input_unreadable`
 */
export async function openStream(stream: AsyncIterable<Uint8Array>, name: string): Promise<OpenInput> {
  return read(stream, {
    source: { name, fingerprint: null },
    sizeBytes: null,
    path: name,
    close: async () => undefined,
  });
}

type Origin = Pick<OpenInput, 'source' | 'sizeBytes' | 'close'> & { readonly path: string };

async function read(stored: AsyncIterable<Uint8Array>, { path, ...origin }: Origin): Promise<OpenInput> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stored) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* decompressed(counted());
    } catch (error) {
      if (isPawlError(error)) throw error;
      const message = `${path} cannot be read to its end: it is damaged or cut off (${messageOf(error)}).`;
      throw new PawlError('input_unreadable', message, { cause: error });
    }
  }
  const rest = content();
  const first = await rest.next();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  }
  return { ...origin, chunks, sha256: () => hash.copy().digest('hex'), bytesRead: () => bytes };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
};

function cannotOpen(path: string, error: unknown): PawlError {
  const why = WHY[(error as NodeJS.ErrnoException).code ?? ''] ?? `cannot be opened (${messageOf(error)})`;
  return new PawlError('missing_file', `${path} ${why}.`, { cause: error });
}
