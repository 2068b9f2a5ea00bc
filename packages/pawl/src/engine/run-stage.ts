import type { StageMetadata } from '../domain/result.ts';
import type { StageCall } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import { knownCost, totalOf, type Usage } from '../domain/usage.ts';
import type { Stage, StageInput, StageOutput } from '../pipeline/stage.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import type { DocumentAccount } from './document-account.ts';
import type { StageTrace } from './document-trace.ts';
import { decideRetry, type RetryPolicy } from './retry-policy.ts';
import { readStageFailure, type StageFailure } from './stage-failure.ts';
import { StoppableTimeout } from './stoppable-timeout.ts';

/** How often one document may find a provider down that its probe had just called alive, before that is its own fault. */
const MAX_OUTAGES_PER_DOCUMENT = 20;
/** How often a document's tries may all fail and its provider turn out to be down right then. */
const MAX_USED_UP_TRIES = 3;

/** A stage with what the engine keeps for it. */
export interface GuardedStage {
  readonly stage: Stage;
  readonly breaker: CircuitBreaker;
  readonly onRetry: () => void;
  readonly onDone: (ms: number) => void;
  /** Who takes the documents that it fails for their own sake. */
  readonly fallback?: GuardedStage;
}

export interface StageLimits {
  readonly retry: RetryPolicy;
  /** For one call, in milliseconds. */
  readonly stageTimeoutMs: number;
}

export interface StageSignals {
  /** Ends waits between calls; the call itself goes on. */
  readonly drain: AbortSignal;
  /** Ends the call too; never without `drain`. */
  readonly abort: AbortSignal;
}

export interface StageContext {
  readonly limits: StageLimits;
  readonly signals: StageSignals;
  readonly clock: Clock;
  /** Of the document. */
  readonly account: DocumentAccount;
  /** Told of each provider that was asked; absent where nobody traces. */
  readonly onStage?: (trace: StageTrace) => void;
}

export type StageOutcome =
  | { readonly kind: 'done'; readonly output: StageOutput; readonly metadata: StageMetadata; readonly workedMs: number }
  | { readonly kind: 'failed'; readonly failure: StageFailure; readonly attempts: number; readonly workedMs: number }
  /** The run ends before the stage could; the document stays as it was. */
  | { readonly kind: 'given_back' }
  /** The stage waits for something that other documents need not wait for; the document stays as it was. */
  | { readonly kind: 'postponed' };

/**
 * Does one stage for one document: with time-out, retries of transient failures, and waits while the provider is down.
 * @param budgetMs what the document has left of its time; waits do not count
 */
export async function runStage(
  { stage, breaker, onRetry }: Omit<GuardedStage, 'onDone' | 'fallback'>,
  input: StageInput,
  budgetMs: number,
  context: StageContext,
): Promise<StageOutcome> {
  const { limits, signals, clock, account } = context;
  const begunAtMs = clock.now();
  let workedMs = 0;
  let attempt = 0;
  let attempts = 0;
  let outages = 0;
  let usedUp = 0;
  for (;;) {
    if (!(await finished(breaker.pass(signals.drain)))) return { kind: 'given_back' };
    attempt += 1;
    attempts += 1;
    const timeoutMs = Math.min(limits.stageTimeoutMs, budgetMs - workedMs);
    const call = await callStage(stage, input, timeoutMs, context);
    workedMs += call.workedMs;
    if (call.kind === 'aborted') {
      breaker.abandoned();
      return { kind: 'given_back' };
    }
    if (call.kind === 'done') {
      breaker.answered();
      const ms = call.output.ms ?? clock.now() - begunAtMs;
      const metadata = metadataOf(stage, call.output, ms, attempts, account.take());
      return { kind: 'done', output: call.output, metadata, workedMs };
    }
    const { failure } = call;
    if (failure.fault === 'postponed') {
      breaker.abandoned();
      return { kind: signals.drain.aborted ? 'given_back' : 'postponed' };
    }
    const because = `${stage.description}: ${failure.message}`;
    if (failure.fault === 'permanent') {
      breaker.answered();
      return { kind: 'failed', failure, attempts, workedMs };
    }
    if (failure.fault === 'unavailable') {
      breaker.unavailable(because, failure.retryAfterMs);
      if (++outages >= MAX_OUTAGES_PER_DOCUMENT) return { kind: 'failed', failure, attempts, workedMs };
      attempt -= 1;
      onRetry();
      continue;
    }
    breaker.failed(because);
    if (budgetMs - workedMs <= 0) return { kind: 'failed', failure, attempts, workedMs };
    const decision = decideRetry(attempt, limits.retry, clock.random(), failure.retryAfterMs);
    if (decision.kind === 'retry') {
      onRetry();
      if (!(await finished(clock.sleep(decision.delayMs, signals.drain)))) return { kind: 'given_back' };
      continue;
    }
    const verdict = await breaker.judge(begunAtMs, because, signals.drain).catch(() => 'given_back' as const);
    if (verdict === 'given_back') return { kind: 'given_back' };
    if (verdict === 'alive' || ++usedUp >= MAX_USED_UP_TRIES) return { kind: 'failed', failure, attempts, workedMs };
    attempt = 0;
  }
}

type CallOutcome = (
  | { readonly kind: 'done'; readonly output: StageOutput }
  | { readonly kind: 'failed'; readonly failure: StageFailure }
  | { readonly kind: 'aborted' }
) & {
  /** Waits apart. */
  readonly workedMs: number;
};

/** One call with its time-out. A stage that ignores its signal is left behind. */
async function callStage(
  stage: Stage,
  input: StageInput,
  timeoutMs: number,
  { signals: { abort, drain }, clock, account }: StageContext,
): Promise<CallOutcome> {
  if (abort.aborted) return { kind: 'aborted', workedMs: 0 };
  const call = new AbortController();
  const aborted = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    call.abort(reason);
    aborted.reject(reason);
  };
  const onAbort = () => end(abort.reason);
  const timeout = new StoppableTimeout(timeoutMs, clock, () => end(timedOut(stage, timeoutMs)));
  const stageCall: StageCall = {
    reserve: (most) => timeout.standStill(account.reserve(most)),
    reserveNow: (most) => account.reserveNow(most),
    pay: (usage) => account.pay(usage),
    standStill: (wait) => timeout.standStill(untilDrained(wait, drain)),
  };
  abort.addEventListener('abort', onAbort, { once: true });
  try {
    const output = await Promise.race([stage.run(input, call.signal, stageCall), aborted.promise]);
    return { kind: 'done', output, workedMs: timeout.ranMs };
  } catch (error) {
    const workedMs = timeout.ranMs;
    if (abort.aborted) return { kind: 'aborted', workedMs };
    // Once the time is up, whatever the stage makes of its signal is the time-out.
    const cause = call.signal.aborted ? call.signal.reason : error;
    return { kind: 'failed', failure: readStageFailure(cause), workedMs };
  } finally {
    timeout.close();
    abort.removeEventListener('abort', onAbort);
  }
}

/** What only waits for its turn when the run is to end is left for the next. */
async function untilDrained<T>(wait: Promise<T>, drain: AbortSignal): Promise<T> {
  const drained = Promise.withResolvers<never>();
  const onDrain = () => drained.reject(new StageError('postponed', 'stage_failed', 'The run ends.'));
  if (drain.aborted) onDrain();
  drain.addEventListener('abort', onDrain, { once: true });
  try {
    return await Promise.race([wait, drained.promise]);
  } finally {
    drain.removeEventListener('abort', onDrain);
  }
}

function timedOut(stage: Stage, timeoutMs: number): StageError {
  // A stage without a probe does its work here: what took too long once will do so again.
  const fault = stage.probe === undefined ? 'permanent' : 'transient';
  return new StageError(fault, 'timeout', `Stage ${stage.name} took longer than ${timeoutMs / 1000} s.`);
}

function metadataOf(
  stage: Stage,
  output: StageOutput,
  ms: number,
  attempts: number,
  usages: readonly Usage[],
): StageMetadata {
  const spent = totalOf(usages);
  return {
    provider: stage.provider,
    model: stage.model,
    ms: Math.round(ms * 1000) / 1000,
    tokens: usages.length === 0 ? null : spent.tokens,
    cost: usages.length === 0 ? null : knownCost(spent),
    cached: output.cached ?? false,
    attempts,
    ...(output.dropped === undefined ? {} : { dropped: output.dropped }),
    ...(output.suspicious === undefined ? {} : { suspicious: output.suspicious }),
  };
}

/** Whether a wait came to its end; false when it was aborted. */
async function finished(wait: Promise<void>): Promise<boolean> {
  try {
    await wait;
    return true;
  } catch {
    return false;
  }
}
