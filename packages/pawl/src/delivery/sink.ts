import type { StoredResult } from '../checkpoint/checkpoint.ts';
import type { JsonObject } from '../domain/document.ts';

/**
 * Where results go. The delivery loop owns the cursor: it calls `write` with the position that the checkpoint holds and
 * saves the one that comes back. A sink that cannot keep exactly-once by its position alone must be idempotent by
 * document id.
 */
export interface Sink {
  readonly name: string;
  /**
   * Makes the target agree with `position` before the first write of a run: what was written after it is cut off.
   * @returns `lost` when the target does not hold what `position` says; everything is then delivered anew from `start`.
   */
  recover(position: JsonObject): Promise<'ready' | 'lost'>;
  /**
   * Empties the target; returns the position of an empty one.
   * @param previous the last position, whatever became of it; null when this batch has never delivered to this sink: what
   *   the target holds then is not ours to remove
   */
  start(previous: JsonObject | null): Promise<JsonObject>;
  /** Writes results durably and returns the new position. Throwing means nothing after `position` counts. */
  write(results: readonly StoredResult[], position: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /**
   * Called when a batch has no more results for now: makes the target complete and presentable. May be given up by
   * `signal`; it is called again at the next end.
   */
  finish(position: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /** Compares the target with `position`; a sentence for each thing wrong. Used by `pawl doctor`. */
  check(position: JsonObject, delivered: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
