import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Batch, Run, StageReport } from '../domain/batch.ts';
import { knownCost } from '../domain/usage.ts';
import { ratePerMinute } from '../engine/describe-batch.ts';
import type { Halt } from '../engine/halt.ts';
import type { RunProgress } from '../engine/run-progress.ts';
import { thisRunner } from '../engine/runner-liveness.ts';
import { spentText } from './render-usage.ts';
import type { ProgressState } from './terminal/progress-line.ts';
import { timeSpan } from './terminal/quantity.ts';

/**
 * Turns what a run tells into what is shown. Counts and rate are of the whole batch, as `pawl status` gives them: those of
 * earlier runs are read once, before this one begins.
 */
export class RunMeter {
  readonly #before: Batch;
  readonly #earlierRuns: readonly Run[];
  readonly #runner = thisRunner();
  #startedAtMs: number | null = null;

  private constructor(before: Batch, earlierRuns: readonly Run[]) {
    this.#before = before;
    this.#earlierRuns = earlierRuns;
  }

  static async before(checkpoint: Checkpoint): Promise<RunMeter> {
    return new RunMeter(await checkpoint.batch(), await checkpoint.runs());
  }

  read(progress: RunProgress, nowMs: number): ProgressState {
    this.#startedAtMs ??= nowMs;
    const { batch, processed, failed, spent, report, halting } = progress;
    const waiting = [
      ...report.stages.flatMap((stage) => suspension(stage, nowMs)),
      ...haltText(halting, report.inFlight),
    ];
    return {
      status: halting?.kind === 'off_hours' ? 'PAUSED' : 'RUNNING',
      total: batch.total,
      processed: this.#before.processed + processed,
      failed: this.#before.failed + failed,
      docsPerMinute: this.#rate(progress, nowMs),
      spent: spent.tokens === 0 ? null : spentText({ tokens: spent.tokens, cost: knownCost(spent) }),
      waiting: waiting.length === 0 ? null : waiting.join('; '),
    };
  }

  #rate({ processed, failed, report }: RunProgress, nowMs: number): number | null {
    const present: Run = {
      run: (this.#earlierRuns.at(-1)?.run ?? 0) + 1,
      runner: this.#runner,
      startedAtMs: this.#startedAtMs ?? nowMs,
      heartbeatAtMs: nowMs,
      endedAtMs: null,
      end: null,
      processed,
      failed,
      tokens: 0,
      costNanos: 0,
      acknowledgedControlId: 0,
      report,
    };
    return ratePerMinute([...this.#earlierRuns, present], present, nowMs);
  }
}

function suspension({ name, state, waitingFor, suspendedSinceMs }: StageReport, nowMs: number): string[] {
  if (state !== 'suspended') return [];
  const since = suspendedSinceMs === null ? '' : ` for ${timeSpan(nowMs - suspendedSinceMs)}`;
  return [`${name} suspended${since}: ${waitingFor ?? 'waiting'}`];
}

function haltText(halt: Halt | null, inFlight: number): string[] {
  if (halt === null) return [];
  if (halt.kind === 'off_hours') return ['waiting for its working hours'];
  return [inFlight === 0 ? 'ending' : `ending, ${inFlight} in flight`];
}
