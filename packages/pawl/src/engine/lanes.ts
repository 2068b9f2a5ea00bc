import { availableParallelism } from 'node:os';
import type { BatchSettings } from '../domain/batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/**
 * Runs `work` over and over in as many lanes as asked for, until it answers false. The number may change meanwhile: lanes
 * too many end after their present turn.
 */
export class Lanes {
  readonly #work: () => Promise<boolean>;
  readonly #idle = Promise.withResolvers<void>();
  #wanted = 0;
  #running = 0;
  #ending = false;

  /** @param work one turn; must not reject */
  constructor(work: () => Promise<boolean>) {
    this.#work = work;
  }

  /** Sets the number of lanes, at least 1. */
  resize(wanted: number): void {
    this.#wanted = wanted;
    while (this.#running < this.#wanted && !this.#ending) {
      this.#running += 1;
      void this.#runLane();
    }
  }

  /** Resolves when every lane has ended. */
  finished(): Promise<void> {
    return this.#idle.promise;
  }

  async #runLane(): Promise<void> {
    while (this.#running <= this.#wanted && (await this.#work()));
    // A lane ends because there is nothing left, or because there are too many.
    if (this.#running <= this.#wanted) this.#ending = true;
    this.#running -= 1;
    if (this.#running === 0) this.#idle.resolve();
  }
}

/** Lanes of a batch: what is set, or enough to keep every core busy while others wait for the disk or a service. */
export function lanesFor({ concurrency }: Pick<BatchSettings, 'concurrency'>, { stages }: Pipeline): number {
  if (concurrency > 0) return concurrency;
  return Math.max(4, 2 * availableParallelism(), ...stages.map(({ lanes = 0 }) => lanes));
}
