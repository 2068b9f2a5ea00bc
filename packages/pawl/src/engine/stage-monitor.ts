import type { StageReport } from '../domain/batch.ts';
import type { Stage } from '../pipeline/stage.ts';
import type { Suspension } from './circuit-breaker.ts';

/** Counts what a stage does in one run, for those who watch. */
export class StageMonitor {
  readonly #stage: Stage;
  #suspension: Suspension | null = null;
  #completed = 0;
  #retries = 0;
  #totalMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  done(ms: number): void {
    this.#completed += 1;
    this.#totalMs += ms;
  }

  retried(): void {
    this.#retries += 1;
  }

  suspended(suspension: Suspension | null): void {
    this.#suspension = suspension;
  }

  report(): StageReport {
    return {
      name: this.#stage.name,
      provider: this.#stage.description,
      state: this.#suspension === null ? 'working' : 'suspended',
      waitingFor: this.#suspension?.reason ?? null,
      suspendedSinceMs: this.#suspension?.sinceMs ?? null,
      nextProbeAtMs: this.#suspension?.nextProbeAtMs ?? null,
      completed: this.#completed,
      retries: this.#retries,
      totalMs: this.#totalMs,
    };
  }
}
