import { useEffect, useState } from 'preact/hooks';
import type { Job } from '../../../pawl/src/server/api/api.ts';
import { readRecent } from '../api/jobs.ts';
import { addInterval, between, continued, type Interval, intervalsOf, type Sample } from '../plots/interval.ts';

const RECENT_DOCUMENTS = 2000;
const RECENT_INTERVALS = 60;
const MAX_INTERVALS = 240;
/** Shorter ones would show chance more than speed. */
const SHORTEST_INTERVAL_MS = 1000;

/** What was done over time: the last documents when the page is opened, then what the live updates tell. */
export function useIntervals(job: Job): readonly Interval[] {
  const [past, setPast] = useState<readonly Interval[]>([]);
  const [live, setLive] = useState<{ readonly last: Sample; readonly intervals: readonly Interval[] }>(() => ({
    last: sampleOf(job, Date.now()),
    intervals: [],
  }));
  useEffect(() => {
    const gone = new AbortController();
    readRecent(job.batch_id, RECENT_DOCUMENTS, gone.signal)
      .then(({ documents }) => {
        const processed = documents.map(({ settled_at, timings }) => ({ atMs: Date.parse(settled_at), timings }));
        setPast(intervalsOf(processed, RECENT_INTERVALS));
      })
      .catch(() => {}); // plots then begin with what comes live
    return () => gone.abort();
  }, [job.batch_id]);
  useEffect(() => {
    const sample = sampleOf(job, Date.now());
    setLive(({ last, intervals }) => {
      if (sample.atMs - last.atMs < SHORTEST_INTERVAL_MS) return { last, intervals };
      return { last: sample, intervals: addInterval(intervals, between(last, sample), MAX_INTERVALS) };
    });
  }, [job]);
  return continued(past, live.intervals);
}

function sampleOf(job: Job, atMs: number): Sample {
  return {
    atMs,
    processed: job.processed,
    failed: job.failed,
    stages: Object.fromEntries(
      job.stages.map(({ name, completed, mean_ms }) => [name, { completed, totalMs: completed * (mean_ms ?? 0) }]),
    ),
  };
}
