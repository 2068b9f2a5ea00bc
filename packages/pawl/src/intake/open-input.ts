import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { InputSource } from '../checkpoint/checkpoint.ts';
import { messageOf, PawlError } from '../domain/errors.ts';

/** The name that stands for standard input. */
export const STANDARD_INPUT = '-';

const GZIP_MAGIC = [0x1f, 0x8b];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

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

/** Opens a file, or standard input for `-`. Nothing is changed when that fails. @throws {PawlError} `missing_file` */
export async function openInput(path: string, standardInput: Readable = process.stdin): Promise<OpenInput> {
  if (path === STANDARD_INPUT) {
    return read(standardInput, { name: STANDARD_INPUT, fingerprint: null }, null, path, async () => undefined);
  }
  try {
    const file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new PawlError('missing_file', `${path} is a folder; give a file of JSON lines.`);
    }
    const fingerprint = stat.isFile() ? `${stat.size}:${stat.mtimeMs}` : null;
    const source = { name: basename(path), fingerprint };
    return read(file.createReadStream({ autoClose: false }), source, stat.size, path, () => file.close());
  } catch (error) {
    throw error instanceof PawlError ? error : cannotOpen(path, error);
  }
}

function read(
  stored: Readable,
  source: InputSource,
  sizeBytes: number | null,
  path: string,
  close: () => Promise<void>,
): OpenInput {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stored) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* decompress(counted());
    } catch (error) {
      throw new PawlError('input_unreadable', `${path} cannot be read to its end: ${messageOf(error)}.`, {
        cause: error,
      });
    }
  }
  return { source, sizeBytes, chunks, close, sha256: () => hash.copy().digest('hex'), bytesRead: () => bytes };
}

/** Decompresses gzip and zstd, told by their first bytes (RFC 1952, RFC 8878); anything else passes as it is. */
async function* decompress(stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < ZSTD_MAGIC.length) {
    const next = await stored.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    yield* stored;
  }
  const decompressor = decompressorFor(head);
  if (decompressor === null) {
    yield* whole();
    return;
  }
  const output = new PassThrough();
  const piped = pipeline(Readable.from(whole()), decompressor, output);
  piped.catch((error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  yield* output;
  await piped;
}

function decompressorFor(head: Uint8Array) {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => head[i] === byte);
  if (begins(GZIP_MAGIC)) return createGunzip();
  if (begins(ZSTD_MAGIC)) return createZstdDecompress();
  return null;
}

function cannotOpen(path: string, error: unknown): PawlError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EACCES'
        ? 'may not be read'
        : `cannot be opened: ${messageOf(error)}`;
  return new PawlError('missing_file', `${path} ${why}.`, { cause: error });
}
