import type { StageReport } from '../domain/batch.ts';
import type { Stage } from '../pipeline/stage.ts';
import type { Suspension } from './circuit-breaker.ts';

/** Counts what a stage does in one run, for those who watch. */
export class StageMonitor {
  readonly #stage: Stage;
  /** What it waits for, by provider: an outage, or what documents were postponed for. */
  readonly #suspensions = new Map<string, Suspension>();
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

  /** A provider, of this stage or another, is suspended, or goes on (null). */
  suspended(provider: string, suspension: Suspension | null): void {
    if (suspension === null || !this.#uses(provider)) this.#suspensions.delete(provider);
    else this.#suspensions.set(provider, suspension);
  }

  /** A provider of this stage lets documents wait for something, or no longer does (null). */
  postponed(provider: string, suspension: Suspension | null): void {
    const key = `${provider} postponed`;
    if (suspension === null) this.#suspensions.delete(key);
    else this.#suspensions.set(key, suspension);
  }

  report(): StageReport {
    const [suspension] = this.#suspensions.values();
    return {
      name: this.#stage.name,
      provider: this.#stage.description,
      state: suspension === undefined ? 'working' : 'suspended',
      waitingFor: suspension?.reason ?? null,
      suspendedSinceMs: suspension?.sinceMs ?? null,
      nextProbeAtMs: suspension?.nextProbeAtMs ?? null,
      completed: this.#completed,
      retries: this.#retries,
      totalMs: this.#totalMs,
    };
  }

  #uses(provider: string): boolean {
    for (let stage: Stage | undefined = this.#stage; stage !== undefined; stage = stage.fallback) {
      if (stage.provider === provider) return true;
    }
    return false;
  }
}
