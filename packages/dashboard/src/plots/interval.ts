/** Shorter intervals would show how commits are grouped. */
const SHORTEST_MS = 100;

/** Work of one stage: documents done, and the milliseconds that they took together. */
export interface StageWork {
  readonly completed: number;
  readonly totalMs: number;
}

/** A stretch of time and what was done in it; milliseconds since the epoch. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly processed: number;
  readonly failed: number;
  readonly stages: Readonly<Record<string, StageWork>>;
}

/** What a batch had done at a moment. The stages count anew with each run. */
export interface Sample {
  readonly atMs: number;
  readonly processed: number;
  readonly failed: number;
  readonly stages: Readonly<Record<string, StageWork>>;
}

/** A document that was processed: when, and the milliseconds it took by stage. */
export interface ProcessedDocument {
  readonly atMs: number;
  readonly timings: Readonly<Record<string, number>>;
}

/** What was done between two samples. A counter that went back (a retry, another run) counts as nothing done. */
export function between(before: Sample, after: Sample): Interval {
  const stages = Object.entries(after.stages).map(([name, { completed, totalMs }]): [string, StageWork] => {
    const earlier = before.stages[name];
    const same = earlier !== undefined && earlier.completed <= completed && earlier.totalMs <= totalMs;
    return [
      name,
      { completed: same ? completed - earlier.completed : 0, totalMs: same ? totalMs - earlier.totalMs : 0 },
    ];
  });
  return {
    fromMs: before.atMs,
    toMs: after.atMs,
    processed: Math.max(0, after.processed - before.processed),
    failed: Math.max(0, after.failed - before.failed),
    stages: Object.fromEntries(stages),
  };
}

/** The documents of a time in at most `count` intervals of one length that cover it without a gap; none for no documents. */
export function intervalsOf(documents: readonly ProcessedDocument[], count: number): Interval[] {
  const [firstMs, lastMs] = [minimum(documents), maximum(documents)];
  if (firstMs === null || lastMs === null) return [];
  const lengthMs = Math.max(SHORTEST_MS, Math.ceil((lastMs - firstMs + 1) / count));
  const bins: ProcessedDocument[][] = Array.from({ length: Math.floor((lastMs - firstMs) / lengthMs) + 1 }, () => []);
  for (const document of documents) bins[Math.floor((document.atMs - firstMs) / lengthMs)]?.push(document);
  return bins.map((bin, i) => ({
    fromMs: firstMs + i * lengthMs,
    toMs: firstMs + (i + 1) * lengthMs,
    processed: bin.length,
    failed: 0,
    stages: stageWork(bin),
  }));
}

/** Adds an interval at the end. Beyond `limit`, neighbours are joined two by two, so that nothing that was done is lost. */
export function addInterval(intervals: readonly Interval[], next: Interval, limit: number): readonly Interval[] {
  const all = [...intervals, next];
  if (all.length <= limit) return all;
  return all.flatMap((first, i) => {
    if (i % 2 === 1) return [];
    const second = all[i + 1];
    return [second === undefined ? first : join(first, second)];
  });
}

/**
 * What was done before the page was opened and since, without a gap: in between nothing was. When that pause is longer than all the
 * rest, what was before is left out, or it would leave no room for what is now.
 */
export function continued(past: readonly Interval[], live: readonly Interval[]): readonly Interval[] {
  const [first, last, now, end] = [past[0], past.at(-1), live[0], live.at(-1)];
  if (first === undefined || last === undefined || now === undefined || end === undefined) return [...past, ...live];
  const pauseMs = now.fromMs - last.toMs;
  if (pauseMs > last.toMs - first.fromMs + (end.toMs - now.fromMs)) return live;
  if (pauseMs <= 0) return [...past.filter(({ fromMs }) => fromMs < now.fromMs), ...live];
  return [...past, { fromMs: last.toMs, toMs: now.fromMs, processed: 0, failed: 0, stages: {} }, ...live];
}

/** Documents a minute in an interval. */
export function perMinute(documents: number, { fromMs, toMs }: Interval): number {
  return (documents / Math.max(1, toMs - fromMs)) * 60_000;
}

/** Milliseconds that a stage took for a document on average; null when it did none. */
export function meanMs(work: StageWork | undefined): number | null {
  return work === undefined || work.completed === 0 ? null : work.totalMs / work.completed;
}

function join(first: Interval, second: Interval): Interval {
  const names = new Set([...Object.keys(first.stages), ...Object.keys(second.stages)]);
  return {
    fromMs: first.fromMs,
    toMs: second.toMs,
    processed: first.processed + second.processed,
    failed: first.failed + second.failed,
    stages: Object.fromEntries([...names].map((name) => [name, sum(first.stages[name], second.stages[name])])),
  };
}

function sum(a: StageWork = NO_WORK, b: StageWork = NO_WORK): StageWork {
  return { completed: a.completed + b.completed, totalMs: a.totalMs + b.totalMs };
}

const NO_WORK: StageWork = { completed: 0, totalMs: 0 };

function stageWork(documents: readonly ProcessedDocument[]): Record<string, StageWork> {
  const work = new Map<string, StageWork>();
  for (const { timings } of documents) {
    for (const [name, ms] of Object.entries(timings)) {
      work.set(name, sum(work.get(name), { completed: 1, totalMs: ms }));
    }
  }
  return Object.fromEntries(work);
}

function minimum(documents: readonly ProcessedDocument[]): number | null {
  return documents.reduce<number | null>((least, { atMs }) => (least === null || atMs < least ? atMs : least), null);
}

function maximum(documents: readonly ProcessedDocument[]): number | null {
  return documents.reduce<number | null>((most, { atMs }) => (most === null || atMs > most ? atMs : most), null);
}
