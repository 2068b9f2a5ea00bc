import type { StageReport } from '../domain/batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CircuitBreaker, DEFAULT_BREAKER_POLICY } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import type { GuardedStage } from './run-stage.ts';
import { StageMonitor } from './stage-monitor.ts';

/** The stages of a run, each with its counts, those of one provider behind one circuit breaker. */
export class GuardedStages {
  readonly all: readonly GuardedStage[];
  readonly #monitors: readonly StageMonitor[];

  /** @param onChange called when a stage is suspended or goes on */
  constructor(pipeline: Pipeline, clock: Clock, onChange: () => void) {
    const monitors = pipeline.stages.map((stage) => new StageMonitor(stage));
    const breakers = new Map<string, CircuitBreaker>();
    this.#monitors = monitors;
    this.all = pipeline.stages.map((stage, index) => {
      const ofProvider = monitors.filter((_, other) => pipeline.stages[other]?.provider === stage.provider);
      const breaker =
        breakers.get(stage.provider) ??
        new CircuitBreaker({
          clock,
          policy: DEFAULT_BREAKER_POLICY,
          probe: stage.probe?.bind(stage),
          onChange: (suspension) => {
            for (const monitor of ofProvider) monitor.suspended(suspension);
            onChange();
          },
        });
      breakers.set(stage.provider, breaker);
      const monitor = monitors[index];
      return { stage, breaker, onRetry: () => monitor?.retried(), onDone: (ms) => monitor?.done(ms) };
    });
  }

  report(): readonly StageReport[] {
    return this.#monitors.map((monitor) => monitor.report());
  }

  close(): void {
    for (const { breaker } of this.all) breaker.close();
  }
}
