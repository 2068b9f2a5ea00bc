import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { RunEnd } from '../domain/batch.ts';
import type { PauseReason } from '../domain/batch-status.ts';
import { isPawlError, messageOf, PawlError } from '../domain/errors.ts';
import type { Halt } from './halt.ts';

export interface RunEnding {
  readonly end: RunEnd;
  /** Why, where there is more to say. */
  readonly reason: string | null;
}

/** Gives the batch back at the end of a run, with the state that the way it ended leads to. */
export class RunClosing {
  readonly #checkpoint: Checkpoint;
  readonly #run: number;
  readonly #author: () => Authorship;
  #countsAtRefusal = '';

  constructor(options: { readonly checkpoint: Checkpoint; readonly run: number; readonly author: () => Authorship }) {
    this.#checkpoint = options.checkpoint;
    this.#run = options.run;
    this.#author = options.author;
  }

  /**
   * @param halt what ended the run; null when no documents were left
   * @returns null when there is work after all
   * @throws what broke the run; {PawlError} `checkpoint_damaged` when documents are counted that do not exist
   */
  async finish(halt: Halt | null): Promise<RunEnding | null> {
    if (halt === null) return this.#complete();
    switch (halt.kind) {
      case 'ordered':
        return this.#end(halt.end, null);
      case 'interrupted':
      case 'off_hours':
        return this.#end('interrupted', null);
      case 'pausing':
        await this.#pause(halt.reason);
        return this.#end('paused', halt.message);
      case 'broken':
        await this.#giveUp(halt.error);
        throw halt.error;
      default:
        return halt satisfies never;
    }
  }

  async #end(end: RunEnd, reason: string | null): Promise<RunEnding> {
    await this.#checkpoint.endRun(this.#run, end, null, this.#author());
    return { end, reason };
  }

  async #complete(): Promise<RunEnding | null> {
    try {
      const move = { move: 'complete', reason: null } as const;
      await this.#checkpoint.endRun(this.#run, 'completed', move, this.#author());
      return { end: 'completed', reason: null };
    } catch (error) {
      if (!isPawlError(error, 'refused_transition')) throw error;
      await this.#requireChange();
      return null;
    }
  }

  /** Documents were added a moment ago, or an order was given: two refusals with nothing done between them are neither. */
  async #requireChange(): Promise<void> {
    const { status, total, processed, failed } = await this.#checkpoint.batch();
    if (status !== 'RUNNING') return; // the order is about to be seen
    const counts = `${total} ${processed} ${failed}`;
    if (counts === this.#countsAtRefusal) {
      const message = `The checkpoint counts ${total - processed - failed} documents without an outcome, but has none.`;
      const error = new PawlError('checkpoint_damaged', message);
      await this.#giveUp(error);
      throw error;
    }
    this.#countsAtRefusal = counts;
  }

  /** Outside its working hours the batch is paused already. */
  async #pause(reason: PauseReason): Promise<void> {
    const { status } = await this.#checkpoint.batch();
    if (status !== 'RUNNING') return;
    await this.#checkpoint.transition('pause', { reason, now: false, run: this.#run }, this.#author());
  }

  /** Marks the batch as failed where that can still be written; where it cannot, it shows as interrupted. */
  async #giveUp(error: unknown): Promise<void> {
    if (isPawlError(error, 'lease_lost')) return;
    const move = { move: 'fail', reason: messageOf(error) } as const;
    await this.#checkpoint.endRun(this.#run, 'failed', move, this.#author()).catch(() => undefined);
  }
}
