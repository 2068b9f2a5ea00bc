import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, createZstdCompress, gzip, type ZstdOptions, zstdCompress } from 'node:zlib';
import type { Compression } from './compression.ts';

/** Damage is seen when it is read, as with gzip. */
const ZSTD: ZstdOptions = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const gzipped = promisify<Buffer, Buffer>(gzip);
const zstandard = promisify<Buffer, ZstdOptions, Buffer>(zstdCompress);

/**
 * Compresses a piece by itself: a gzip member (RFC 1952, 2.2) or a zstd frame (RFC 8878, 3.1). Pieces in a row are one valid
 * file, and so are fewer of them.
 */
export function compressPiece(content: Buffer, compression: Compression): Promise<Buffer> {
  return compression === 'gzip' ? gzipped(content) : zstandard(content, ZSTD);
}

/** A stream that compresses what goes through it as one. */
export function createCompressor(compression: Compression): Transform {
  return compression === 'gzip' ? createGzip() : createZstdCompress(ZSTD);
}
