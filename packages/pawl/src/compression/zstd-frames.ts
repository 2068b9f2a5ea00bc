import type { ByteReader } from './byte-reader.ts';
import { isSkippable, MAGIC_BYTES } from './compression.ts';

// Node's decompressor is sure of itself within one frame only: of a second frame in the same chunk it drops the rest without
// a word, or fails. So frames are told apart here, by their structure (RFC 8878, 3.1.1), and each is decompressed alone.

const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];

/**
 * The bytes of the next frame that holds content, skippable ones passed over; null at the end of the stream. A frame must be
 * read to its end before the next is asked for.
 * @throws when what follows is no frame
 */
export async function nextFrame(reader: ByteReader): Promise<AsyncIterable<Uint8Array> | null> {
  for (;;) {
    const magic = await reader.take(MAGIC_BYTES);
    if (magic.length === 0) return null;
    if (!isSkippable(magic)) return frame(magic, reader);
    const size = readLittleEndian(await takeExactly(reader, 4));
    for await (const _ of reader.pass(size)); // its content is not ours
  }
}

/** The decompressor refuses a wrong `magic`, so that is not looked at here. */
async function* frame(magic: Uint8Array, reader: ByteReader): AsyncGenerator<Uint8Array> {
  const start = await takeExactly(reader, 1);
  const descriptor = start[0] ?? 0;
  yield Buffer.concat([magic, start]);
  yield* reader.pass(headerBytes(descriptor));
  for (let isLast = false; !isLast; ) {
    const block = await takeExactly(reader, BLOCK_HEADER_BYTES);
    yield block;
    const header = readLittleEndian(block);
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) throw new Error('the zstd data is damaged: a block of a reserved type');
    yield* reader.pass(type === RLE_BLOCK ? 1 : header >> 3);
    isLast = (header & 1) === 1;
  }
  const hasChecksum = (descriptor & 0b100) !== 0;
  if (hasChecksum) yield* reader.pass(CHECKSUM_BYTES);
}

/** Length of the frame header after its descriptor. */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0b10_0000) !== 0;
  const contentSizeFlag = descriptor >> 6;
  const windowBytes = isSingleSegment ? 0 : 1;
  const contentSizeBytes = contentSizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[contentSizeFlag] ?? 0);
  return windowBytes + (DICTIONARY_ID_BYTES[descriptor & 0b11] ?? 0) + contentSizeBytes;
}

async function takeExactly(reader: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = await reader.take(count);
  if (bytes.length < count) throw new Error('unexpected end of file');
  return bytes;
}

function readLittleEndian(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUIntLE(0, bytes.length);
}
