import type { LinkingState } from '../checkpoint/linking-state.ts';
import { type MapChoice, readStorylineMap, type StorylineMap } from '../storylines/storyline-map.ts';
import type { ServedBatch } from './open-batches.ts';

/** Maps that are kept, those that were asked for last. */
const MAX_KEPT = 32;

interface KeptMap {
  /** What the storylines were when it was begun. */
  readonly state: string;
  readonly reading: Promise<StorylineMap>;
}

/** Maps of storylines: who asks for one that is being read, or is still true, gets the same. So many watchers cost one reading. */
export class StorylineMaps {
  readonly #kept = new Map<string, KeptMap>();

  /** @throws {PawlError} what the checkpoint throws */
  async of({ checkpoint, batchId }: ServedBatch, choice: MapChoice): Promise<StorylineMap> {
    const state = stateOf(await checkpoint.linking());
    const key = JSON.stringify([batchId, choice.lanes, choice.entities, choice.entity ?? null]);
    const known = this.#kept.get(key);
    this.#kept.delete(key);
    const kept = known?.state === state ? known : { state, reading: readStorylineMap(checkpoint, choice) };
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await kept.reading;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key); // the next one tries again
      throw error;
    }
  }
}

/** Another whenever storylines may be others. */
function stateOf(state: LinkingState | null): string {
  if (state === null) return '';
  const { epoch, resultSeq, settlement, storylines, updatedAtMs } = state;
  return [epoch, resultSeq, settlement, storylines, updatedAtMs].join(' ');
}
