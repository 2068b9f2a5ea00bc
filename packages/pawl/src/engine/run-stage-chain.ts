import type { PassedOver } from '../domain/result.ts';
import type { Stage, StageInput } from '../pipeline/stage.ts';
import type { StageTrace } from './document-trace.ts';
import { type GuardedStage, runStage, type StageContext, type StageOutcome } from './run-stage.ts';

/**
 * Does one stage for one document by the first provider of its chain that can: one that fails it for the document's own sake passes
 * it on to the next, each behind its own circuit breaker. An outage passes nothing on: the document waits.
 * @param budgetMs what the document has left of its time, for all providers together
 */
export async function runStageChain(
  first: GuardedStage,
  input: StageInput,
  budgetMs: number,
  context: StageContext,
): Promise<StageOutcome> {
  const passedOver: PassedOver[] = [];
  let workedMs = 0;
  for (let guarded = first; ; ) {
    const outcome = await runTraced(guarded, input, budgetMs - workedMs, context);
    if (outcome.kind === 'given_back' || outcome.kind === 'postponed') return outcome;
    workedMs += outcome.workedMs;
    if (outcome.kind === 'done')
      return { ...outcome, workedMs, metadata: { ...outcome.metadata, ...noted(passedOver) } };
    const { failure } = outcome;
    const { stage, fallback } = guarded;
    if (fallback === undefined || failure.fault === 'unavailable' || workedMs >= budgetMs) {
      return { ...outcome, workedMs, failure: { ...failure, message: failure.message + historyOf(passedOver) } };
    }
    passedOver.push({ provider: stage.provider, model: stage.model, code: failure.code });
    guarded = fallback;
  }
}

async function runTraced(
  guarded: GuardedStage,
  input: StageInput,
  budgetMs: number,
  context: StageContext,
): Promise<StageOutcome> {
  const { clock, onStage } = context;
  const startedAtMs = clock.now();
  const outcome = await runStage(guarded, input, budgetMs, context);
  onStage?.(traceStage(guarded.stage, outcome, { startedAtMs, endedAtMs: clock.now() }));
  return outcome;
}

function traceStage(
  { name, provider, model }: Stage,
  outcome: StageOutcome,
  times: Pick<StageTrace, 'startedAtMs' | 'endedAtMs'>,
): StageTrace {
  const stage = { name, provider, model, ...times };
  switch (outcome.kind) {
    case 'done': {
      const { ms, attempts, cached } = outcome.metadata;
      return { ...stage, outcome: 'done', ms, attempts, cached };
    }
    case 'failed':
      return { ...stage, outcome: 'failed', code: outcome.failure.code, attempts: outcome.attempts };
    case 'given_back':
    case 'postponed':
      return { ...stage, outcome: outcome.kind };
  }
}

function noted(passedOver: readonly PassedOver[]): { readonly passed_over?: readonly PassedOver[] } {
  return passedOver.length === 0 ? {} : { passed_over: passedOver };
}

function historyOf(passedOver: readonly PassedOver[]): string {
  if (passedOver.length === 0) return '';
  const failed = passedOver.map(
    ({ provider, model, code }) => `${provider}${model === null ? '' : ` ${model}`} (${code})`,
  );
  return ` Before it failed: ${failed.join(', ')}.`;
}
