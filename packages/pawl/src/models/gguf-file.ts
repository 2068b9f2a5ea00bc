import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { messageOf, PawlError } from '../domain/errors.ts';
import { readGgufMetadata } from './gguf-metadata.ts';

/** A model file by what it says of itself; nothing of it is loaded. */
export interface GgufFile {
  /** Absolute. */
  readonly path: string;
  /** The name of the file with a hash of its size and of pieces of it. */
  readonly name: string;
  /** What kind of network it is, such as `bert` or `llama`. */
  readonly architecture: string;
  /** How it makes one vector of a text, as a number of llama.cpp's; null where it makes none. */
  readonly poolingType: number | null;
}

/** Reading a file whole for a hash would take as long as loading it; training changes all of its weights. */
const PIECES = 64;
const PIECE_BYTES = 1_024;
const HASH_DIGITS = 10;

/**
 * Reads the beginning and a few pieces of a file.
 * @throws {PawlError} `missing_file`; `invalid_setting` for a file that is no model
 */
export function readGgufFile(path: string): GgufFile {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new PawlError(
      'missing_file',
      `There is no model file ${path}; write gguf:FILE, such as gguf:models/qwen.gguf.`,
    );
  }
  const file = openFile(path);
  try {
    const { architecture, poolingType } = metadataOf(file, path);
    return { path: resolve(path), name: `${basename(path)} ${hashOf(file)}`, architecture, poolingType };
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new PawlError('missing_file', `The model file ${path} cannot be opened: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function metadataOf(file: number, path: string): Pick<GgufFile, 'architecture' | 'poolingType'> {
  const metadata = readGgufMetadata((buffer, position) => readSync(file, buffer, 0, buffer.length, position));
  if (metadata.kind === 'none') throw new PawlError('invalid_setting', `${path} is no GGUF model: ${metadata.reason}.`);
  return metadata;
}

function hashOf(file: number): string {
  const { size } = fstatSync(file);
  const hash = createHash('sha256').update(String(size));
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let i = 0; i < PIECES; i++) {
    const read = readSync(
      file,
      piece,
      0,
      PIECE_BYTES,
      Math.floor((i * Math.max(0, size - PIECE_BYTES)) / (PIECES - 1)),
    );
    hash.update(piece.subarray(0, read));
  }
  return hash.digest('hex').slice(0, HASH_DIGITS);
}
