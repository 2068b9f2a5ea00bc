/** How bytes are stored. */
export type Compression = 'gzip' | 'zstd';

const MAGIC: Readonly<Record<Compression, readonly number[]>> = {
  gzip: [0x1f, 0x8b], // RFC 1952, 2.3.1
  zstd: [0x28, 0xb5, 0x2f, 0xfd], // RFC 8878, 3.1.1
};
/** A skippable frame of zstd begins with 0x50 to 0x5F and this (RFC 8878, 3.1.2). */
const SKIPPABLE_MAGIC_END: readonly number[] = [0x2a, 0x4d, 0x18];

/** Bytes that {@link compressionOf} needs to see. */
export const MAGIC_BYTES = 4;

/** Tells by the first bytes how content is compressed; null when it is not. */
export function compressionOf(head: Uint8Array): Compression | null {
  if (begins(head, MAGIC.gzip)) return 'gzip';
  if (begins(head, MAGIC.zstd) || isSkippable(head)) return 'zstd';
  return null;
}

/** Whether a skippable frame of zstd begins here. */
export function isSkippable(head: Uint8Array): boolean {
  return head[0] !== undefined && head[0] >> 4 === 5 && begins(head.subarray(1), SKIPPABLE_MAGIC_END);
}

function begins(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}
