import type { JsonObject } from '../../domain/document.ts';
import type { FileMark } from './jsonl-file.ts';
import type { StorylinesPosition } from './storyline-files.ts';

/** How far a JSON lines file was written, and enough to see that it is still that file. */
export type JsonlPosition = FileMark & {
  readonly lines: number;
  /** Pieces that were compressed by themselves; 0 for a file that is not compressed. */
  readonly members: number;
  readonly compression: string;
  /** Null for the file in the batch's folder, so that the folder can be moved. */
  readonly path: string | null;
  /** What was written of storylines beside it; null where their files may be somebody else's. */
  readonly storylines: StorylinesPosition | null;
};

/** Null where a position of another kind, or of a delivery that never began, was stored. */
export function readPosition(stored: JsonObject): JsonlPosition | null {
  const { offset, lines, members, crc32, tailCrc32, compression, path } = stored;
  const numbers = [offset, lines, members, crc32, tailCrc32];
  if (!numbers.every((one) => typeof one === 'number') || typeof compression !== 'string') return null;
  if (path !== null && typeof path !== 'string') return null;
  const position = stored as unknown as JsonlPosition;
  return { ...position, storylines: position.storylines ?? null }; // older positions have none
}

export function toJson(position: JsonlPosition): JsonObject {
  return { ...position };
}
