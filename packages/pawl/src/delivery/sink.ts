import type { StoredResult } from '../checkpoint/checkpoint.ts';
import type { JsonObject } from '../domain/document.ts';

/** The storylines of a batch as they were settled. What is read twice is given twice; it is read in pages. */
export interface SettledStorylines {
  /** Grows with each settlement of the batch. */
  readonly settlement: number;
  /** JSON of each Storyline, those of most documents first. */
  storylines(): AsyncIterable<string>;
  /** JSON of each Linkage, in the order of the storylines. */
  linkages(): AsyncIterable<string>;
}

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
   *   `storylines_lost` when that is so of the storylines alone: they are then given again.
   */
  recover(position: JsonObject): Promise<'ready' | 'lost' | 'storylines_lost'>;
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
  /**
   * Replaces the storylines and linkages that the target holds, if any, by these: as a whole, durably, so that readers see either
   * the old ones or the new ones. Called after `finish` whenever the batch was settled anew: at its end, after documents were
   * added, by `pawl link`. After a crash the same ones may come again. Absent where a sink takes results only.
   * @returns the new position. Throwing means that it is tried again
   */
  replaceStorylines?:
    | ((settled: SettledStorylines, position: JsonObject, signal: AbortSignal) => Promise<JsonObject>)
    | undefined;
  /** Compares the target with `position`; a sentence for each thing wrong, storylines included. Used by `pawl doctor`. */
  check(position: JsonObject, delivered: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
