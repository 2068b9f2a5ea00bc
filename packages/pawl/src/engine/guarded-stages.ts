import type { StageReport } from '../domain/batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Stage } from '../pipeline/stage.ts';
import { CircuitBreaker, DEFAULT_BREAKER_POLICY } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import type { GuardedStage } from './run-stage.ts';
import { StageMonitor } from './stage-monitor.ts';

/** Postponed documents are not taken up again sooner, so that a stage that has nothing to wait for does not keep a core busy. */
const MIN_WAIT_MS = 50;

/** The stages of a run, each with its counts, those of one provider behind one circuit breaker. */
export class GuardedStages {
  readonly all: readonly GuardedStage[];
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #monitors: readonly StageMonitor[];
  /** By provider. */
  readonly #breakers = new Map<string, CircuitBreaker>();

  /** @param onChange called when a stage is suspended or goes on */
  constructor(pipeline: Pipeline, clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#monitors = pipeline.stages.map((stage) => new StageMonitor(stage));
    this.all = pipeline.stages.map((stage, index) => this.#guard(stage, this.#monitors[index]!));
  }

  report(): readonly StageReport[] {
    return this.#monitors.map((monitor) => monitor.report());
  }

  /** Waits for whatever documents were postponed for. @throws the signal's reason when aborted */
  async awaitPostponed(signal: AbortSignal): Promise<void> {
    const members = this.all.flatMap(({ stage }, index) => chainOf(stage).map((member) => ({ member, index })));
    const waits = members.map(({ member, index }) => this.#awaitMember(member, this.#monitors[index], signal));
    await Promise.all([this.#clock.sleep(MIN_WAIT_MS, signal), ...waits]);
  }

  async #awaitMember(stage: Stage, monitor: StageMonitor | undefined, signal: AbortSignal): Promise<void> {
    const sinceMs = this.#clock.now();
    try {
      await stage.awaitPostponed?.(signal, (reason) => {
        monitor?.postponed(stage.provider, { reason, sinceMs, nextProbeAtMs: this.#clock.now() });
        this.#onChange();
      });
    } finally {
      monitor?.postponed(stage.provider, null);
      this.#onChange();
    }
  }

  close(): void {
    for (const breaker of this.#breakers.values()) breaker.close();
  }

  /** @param monitor of the whole chain that begins with the stage */
  #guard(stage: Stage, monitor: StageMonitor): GuardedStage {
    const guarded = {
      stage,
      breaker: this.#breakerOf(stage),
      onRetry: () => monitor.retried(),
      onDone: (ms: number) => monitor.done(ms),
    };
    return stage.fallback === undefined ? guarded : { ...guarded, fallback: this.#guard(stage.fallback, monitor) };
  }

  #breakerOf(stage: Stage): CircuitBreaker {
    const { provider } = stage;
    const known = this.#breakers.get(provider);
    if (known !== undefined) return known;
    const breaker = new CircuitBreaker({
      clock: this.#clock,
      policy: DEFAULT_BREAKER_POLICY,
      probe: stage.probe?.bind(stage),
      onChange: (suspension) => {
        for (const monitor of this.#monitors) monitor.suspended(provider, suspension);
        this.#onChange();
      },
    });
    this.#breakers.set(provider, breaker);
    return breaker;
  }
}

/** A stage and those it falls back on. */
function chainOf(stage: Stage): readonly Stage[] {
  return stage.fallback === undefined ? [stage] : [stage, ...chainOf(stage.fallback)];
}
