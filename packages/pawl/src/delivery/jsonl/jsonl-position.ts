import type { JsonObject } from '../../domain/document.ts';

/** How far a JSON lines file was written, and enough to see that it is still that file. */
export interface JsonlPosition {
  /** Length of the file in bytes. */
  readonly offset: number;
  readonly lines: number;
  /** Pieces that were compressed by themselves; 0 for a file that is not compressed. */
  readonly members: number;
  /** CRC-32 of the whole file, and of its end: the second is cheap to compare. */
  readonly crc32: number;
  readonly tailCrc32: number;
  readonly compression: string;
  /** Null for the file in the batch's folder, so that the folder can be moved. */
  readonly path: string | null;
}

/** Null where a position of another kind, or of a delivery that never began, was stored. */
export function readPosition(stored: JsonObject): JsonlPosition | null {
  const { offset, lines, members, crc32, tailCrc32, compression, path } = stored;
  const numbers = [offset, lines, members, crc32, tailCrc32];
  if (!numbers.every((one) => typeof one === 'number') || typeof compression !== 'string') return null;
  if (path !== null && typeof path !== 'string') return null;
  return stored as unknown as JsonlPosition;
}

export function toJson(position: JsonlPosition): JsonObject {
  return { ...position };
}
