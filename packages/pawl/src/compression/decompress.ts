import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { type Compression, compressionOf, MAGIC_BYTES } from './compression.ts';
import { nextFrame } from './zstd-frames.ts';

const CHUNK_BYTES = 128 * 1024;

/** The content of stored bytes, whose first ones say how it is compressed; several members or frames are read as one. */
export async function* decompressed(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = stored[Symbol.asyncIterator]();
  try {
    const head = await readHead(chunks);
    const compression = compressionOf(head);
    const whole = withHead(head, chunks);
    yield* compression === null ? whole : DECOMPRESSORS[compression](whole);
  } finally {
    await chunks.return?.();
  }
}

async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < MAGIC_BYTES; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

async function* withHead(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}

const DECOMPRESSORS: Readonly<Record<Compression, (stored: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>>> =
  {
    gzip: (stored) => through(stored, createGunzip({ chunkSize: CHUNK_BYTES })),
    zstd: unpackFrames,
  };

async function* unpackFrames(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(stored);
  for (let frame = await nextFrame(reader); frame !== null; frame = await nextFrame(reader)) {
    yield* through(frame, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
  }
}

async function* through(stored: AsyncIterable<Uint8Array>, decompressor: Transform): AsyncGenerator<Uint8Array> {
  const piped = pipeline(Readable.from(stored), decompressor);
  piped.catch(() => undefined); // whoever reads the decompressor sees it
  yield* decompressor;
  await piped;
}
