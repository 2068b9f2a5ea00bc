import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CollectedSource } from '../checkpoint/collection-state.ts';
import type { LinkingState } from '../checkpoint/linking-state.ts';
import type { Batch, Run, StageReport } from '../domain/batch.ts';
import type { DisplayedStatus } from '../domain/batch-status.ts';
import { knownCost, tokensOf, totalOf, type Usage } from '../domain/usage.ts';
import { liveHolder } from './runner-liveness.ts';

/** What `pawl status --json` says; field names are a stable contract. Times are ISO 8601, UTC. */
export interface BatchView {
  readonly batch_id: string;
  readonly job_id: string;
  readonly status: DisplayedStatus;
  readonly reason: string | null;
  readonly total_documents: number;
  readonly processed: number;
  readonly failed: number;
  readonly remaining: number;
  /** 0 to 100, one decimal: documents with an outcome, of all. */
  readonly progress_percentage: number;
  /** Of the time in which the batch was worked on, over all its runs; null before anything was done. */
  readonly rate_docs_per_min: number | null;
  /** Null when nothing remains or no rate is known. */
  readonly eta_seconds: number | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** Who works on it now; null when nobody does. */
  readonly runner: RunnerView | null;
  readonly stages: readonly StageView[];
  readonly sinks: readonly SinkView[];
  /** For a collection the batches that it is made of; empty for any other batch. */
  readonly collected_from: readonly CollectedView[];
  /** Input and output tokens of all answers of language models, over all runs. */
  readonly tokens: number;
  /** US dollars for them, as far as prices are known; null when none is known. */
  readonly cost: number | null;
  readonly usage: readonly UsageView[];
  /** How far its events are linked; null when they never were. */
  readonly storylines: StorylinesView | null;
}

export interface StorylinesView {
  readonly found: number;
  /** Whether everything that is there is linked. */
  readonly settled: boolean;
  /** What they lack of what models were to give, in words; null for nothing. */
  readonly missing: string | null;
}

/** What the answers of one model took, over all runs. */
export interface UsageView {
  readonly provider: string;
  readonly model: string;
  /** Requests that were answered. */
  readonly requests: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** US dollars; null when no price is known. */
  readonly cost: number | null;
  /** Tokens whose price is not known; they are not in the cost. */
  readonly unpriced_tokens: number;
}

export interface RunnerView {
  readonly run: number;
  readonly pid: number;
  readonly host: string;
  readonly started_at: string;
  readonly heartbeat_at: string;
  readonly in_flight: number;
}

export interface StageView {
  readonly name: string;
  readonly provider: string;
  readonly state: StageReport['state'] | 'idle';
  readonly waiting_for: string | null;
  readonly suspended_since: string | null;
  readonly next_probe_at: string | null;
  /** Of the present or last run. */
  readonly completed: number;
  readonly retries: number;
  readonly mean_ms: number | null;
}

export interface SinkView {
  readonly name: string;
  readonly delivered: number;
  /** Results that it does not hold yet. */
  readonly lag: number;
  readonly error: string | null;
  readonly failing_since: string | null;
}

/** A batch whose results a collection holds. */
export interface CollectedView {
  readonly batch_id: string;
  /** Of its documents, those in the collection. */
  readonly documents: number;
  /** When something of it was last taken. */
  readonly read_at: string;
}

/** Describes a batch as it is now, over all its runs. */
export async function describeBatch(checkpoint: Checkpoint, nowMs: number): Promise<BatchView> {
  const batch = await checkpoint.batch();
  const holder = await checkpoint.holder();
  const runs = await checkpoint.runs();
  const live = liveHolder(holder, nowMs);
  const rate = ratePerMinute(runs, live, nowMs);
  const spent = totalOf(batch.usage);
  const remaining = batch.total - batch.processed - batch.failed;
  return {
    batch_id: batch.batchId,
    job_id: batch.jobId,
    status: displayedStatus(batch, live),
    reason: batch.reason,
    total_documents: batch.total,
    processed: batch.processed,
    failed: batch.failed,
    remaining,
    progress_percentage: percentage(batch.processed + batch.failed, batch.total),
    rate_docs_per_min: rate === null ? null : round(rate, 1),
    eta_seconds: rate === null || rate === 0 || remaining === 0 ? null : Math.ceil((remaining / rate) * 60),
    created_at: iso(batch.createdAtMs),
    updated_at: iso(batch.updatedAtMs),
    runner: live === null ? null : runnerView(live),
    stages: stageViews(batch, live, runs.at(-1)),
    sinks: await sinkViews(checkpoint, batch),
    collected_from: (await checkpoint.collectedSources()).map(collectedView),
    tokens: spent.tokens,
    cost: knownCost(spent),
    usage: batch.usage.map(usageView),
    storylines: storylinesView(await checkpoint.linking()),
  };
}

function storylinesView(state: LinkingState | null): StorylinesView | null {
  if (state === null) return null;
  return { found: state.storylines, settled: state.settledSeq !== null, missing: state.missing };
}

/** A batch that is RUNNING without a live runner is INTERRUPTED. */
export function displayedStatus(batch: Batch, live: Run | null): DisplayedStatus {
  return batch.status === 'RUNNING' && live === null ? 'INTERRUPTED' : batch.status;
}

/** Documents settled a minute, over the time in which runs worked; null before anything was settled. */
export function ratePerMinute(runs: readonly Run[], live: Run | null, nowMs: number): number | null {
  let settled = 0;
  let workedMs = 0;
  for (const run of runs) {
    settled += run.processed + run.failed;
    const untilMs = run.endedAtMs !== null && run.end !== 'died' ? run.endedAtMs : run.heartbeatAtMs;
    workedMs += (run.run === live?.run ? nowMs : untilMs) - run.startedAtMs;
  }
  return settled === 0 ? null : (settled / Math.max(workedMs, 1)) * 60_000;
}

function stageViews(batch: Batch, live: Run | null, last: Run | undefined): StageView[] {
  const reports = new Map((live ?? last)?.report.stages.map((report) => [report.name, report]));
  return batch.pipeline.stages.map(({ name, description }) => {
    const report = reports.get(name);
    const suspended = live !== null && report?.state === 'suspended' ? report : undefined;
    return {
      name,
      provider: report?.provider ?? description,
      state: live === null ? 'idle' : (report?.state ?? 'working'),
      waiting_for: suspended?.waitingFor ?? null,
      suspended_since: isoOrNull(suspended?.suspendedSinceMs),
      next_probe_at: isoOrNull(suspended?.nextProbeAtMs),
      completed: report?.completed ?? 0,
      retries: report?.retries ?? 0,
      mean_ms: report !== undefined && report.completed > 0 ? round(report.totalMs / report.completed, 3) : null,
    };
  });
}

async function sinkViews(checkpoint: Checkpoint, batch: Batch): Promise<SinkView[]> {
  const states = new Map((await checkpoint.sinks()).map((state) => [state.name, state]));
  return batch.settings.sinks.map(({ name }) => {
    const state = states.get(name);
    const delivered = state?.epoch === batch.resultsEpoch ? state.delivered : 0;
    return {
      name,
      delivered,
      lag: Math.max(0, batch.processed - delivered),
      error: state?.error ?? null,
      failing_since: isoOrNull(state?.failingSinceMs),
    };
  });
}

function collectedView({ batchId, documents, readAtMs }: CollectedSource): CollectedView {
  return { batch_id: batchId, documents, read_at: iso(readAtMs) };
}

/** For JSON that people and programs read. */
function usageView(usage: Usage): UsageView {
  const { provider, model, requests, inputTokens, outputTokens, unpricedTokens } = usage;
  return {
    provider,
    model,
    requests,
    tokens: tokensOf(usage),
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cost: knownCost(usage),
    unpriced_tokens: unpricedTokens,
  };
}

function runnerView({ run, runner, startedAtMs, heartbeatAtMs, report }: Run): RunnerView {
  return {
    run,
    pid: runner.pid,
    host: runner.host,
    started_at: iso(startedAtMs),
    heartbeat_at: iso(heartbeatAtMs),
    in_flight: report.inFlight,
  };
}

/** 0 to 100, one decimal. */
export function percentage(part: number, whole: number): number {
  if (whole === 0) return 0;
  // 100.0 is for the end alone.
  return part === whole ? 100 : Math.min(99.9, round((part / whole) * 100, 1));
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : iso(ms);
}
