import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { allDocuments } from '../checkpoint/pages.ts';
import type { Run } from '../domain/batch.ts';
import type { BatchView } from '../engine/describe-batch.ts';
import { countFindings, type Findings } from './findings.ts';
import { Histogram } from './histogram.ts';
import { type Counted, NameCounts } from './name-counts.ts';
import { TimeSeries } from './time-series.ts';

/** What `pawl analyze` finds out about a batch; the JSON twin of its page. Times are ISO 8601, UTC; spans milliseconds. */
export interface BatchReport extends Findings {
  readonly generated_at: string;
  readonly batch: BatchView;
  readonly runs: readonly RunReport[];
  /** Runs that are left out of `runs`, the oldest. */
  readonly runs_left_out: number;
  readonly throughput: ThroughputReport | null;
  readonly stages: readonly StageTimingReport[];
  /** How many documents took how many attempts. */
  readonly attempts: readonly Counted[];
  readonly failures: readonly { readonly code: string; readonly stage: string; readonly count: number }[];
}

interface RunReport {
  readonly run: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly end: string | null;
  readonly processed: number;
  readonly failed: number;
}

interface ThroughputReport {
  readonly from: string;
  readonly bin_ms: number;
  readonly processed: readonly number[];
  readonly failed: readonly number[];
}

export interface StageTimingReport {
  readonly name: string;
  readonly documents: number;
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
  readonly histogram: readonly { readonly from_ms: number; readonly to_ms: number; readonly count: number }[];
}

const THROUGHPUT_BINS = 120;
const MAX_RUNS = 100;
/** Names of stages come from outside. */
const MAX_STAGES = 200;

/** Reads a batch once, a page at a time; memory does not depend on its size. */
export async function reportBatch(checkpoint: Checkpoint, view: BatchView, nowMs: number): Promise<BatchReport> {
  const runs = await checkpoint.runs();
  const documents = await countDocuments(checkpoint, runs, nowMs);
  const found = await countFindings(checkpoint);
  return {
    generated_at: iso(nowMs),
    batch: view,
    runs: runs.slice(-MAX_RUNS).map(runReport),
    runs_left_out: Math.max(0, runs.length - MAX_RUNS),
    ...documents,
    failures: [...(await checkpoint.failureCounts())].sort((a, b) => b.count - a.count),
    ...found,
  };
}

async function countDocuments(
  checkpoint: Checkpoint,
  runs: readonly Run[],
  nowMs: number,
): Promise<Pick<BatchReport, 'throughput' | 'stages' | 'attempts'>> {
  const startMs = runs[0]?.startedAtMs ?? nowMs;
  const endMs = Math.max(...runs.slice(-1).map((run) => run.endedAtMs ?? run.heartbeatAtMs), startMs + 1);
  const processed = new TimeSeries(startMs, endMs, THROUGHPUT_BINS);
  const failed = new TimeSeries(startMs, endMs, THROUGHPUT_BINS);
  const timings = new Map<string, Histogram>();
  const attempts = new NameCounts();
  for await (const document of allDocuments(checkpoint)) {
    if (document.settledAtMs === null) continue;
    (document.state === 'failed' ? failed : processed).add(document.settledAtMs);
    attempts.add(String(document.attempts));
    for (const [stage, ms] of Object.entries(document.timings ?? {})) histogramOf(timings, stage)?.add(ms);
  }
  return {
    throughput:
      runs.length === 0
        ? null
        : { from: iso(startMs), bin_ms: processed.binMs, processed: processed.counts, failed: failed.counts },
    stages: [...timings].map(([name, histogram]) => stageReport(name, histogram)),
    attempts: attempts.list((a, b) => Number(a.name) - Number(b.name)),
  };
}

function histogramOf(histograms: Map<string, Histogram>, name: string): Histogram | undefined {
  const known = histograms.get(name);
  if (known !== undefined || histograms.size >= MAX_STAGES) return known;
  const histogram = new Histogram();
  histograms.set(name, histogram);
  return histogram;
}

function stageReport(name: string, histogram: Histogram): StageTimingReport {
  return {
    name,
    documents: histogram.total,
    mean_ms: rounded(histogram.sum / Math.max(1, histogram.total)),
    p50_ms: rounded(histogram.quantile(0.5) ?? 0),
    p95_ms: rounded(histogram.quantile(0.95) ?? 0),
    max_ms: rounded(histogram.max),
    histogram: histogram.bins().map(({ from, to, count }) => ({ from_ms: rounded(from), to_ms: rounded(to), count })),
  };
}

function runReport({ run, startedAtMs, endedAtMs, end, processed, failed }: Run): RunReport {
  return {
    run,
    started_at: iso(startedAtMs),
    ended_at: endedAtMs === null ? null : iso(endedAtMs),
    end,
    processed,
    failed,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
