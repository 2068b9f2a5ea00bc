import { useMemo } from 'preact/hooks';
import type { Job } from '../../../pawl/src/server/api/api.ts';
import { meanMs, perMinute } from '../plots/interval.ts';
import { TimePlot } from '../plots/time-plot.tsx';
import { Empty } from '../shell/states.tsx';
import { useIntervals } from './use-intervals.ts';

const STAGE_COLORS = ['--plot-1', '--plot-2', '--plot-3', '--plot-4'];

/** Throughput and the time that a document takes, over the last documents and live from there on. */
export function BatchPlots({ job }: { job: Job }) {
  const intervals = useIntervals(job);
  const timesMs = useMemo(() => intervals.map(({ fromMs, toMs }) => (fromMs + toMs) / 2), [intervals]);
  if (intervals.length === 0) return <Empty>Plots appear once documents are done.</Empty>;
  const throughput = intervals.map((interval) => perMinute(interval.processed, interval));
  const failures = intervals.map((interval) => perMinute(interval.failed, interval));
  return (
    <section class="plots" aria-label="Plots">
      <div class="card">
        <TimePlot
          title="Throughput"
          unit="docs/min"
          timesMs={timesMs}
          lines={[
            { label: 'processed', color: '--plot-1', values: throughput, filled: true },
            { label: 'failed', color: '--plot-bad', values: failures },
          ]}
        />
      </div>
      <div class="card">
        <TimePlot
          title="Time a document takes"
          unit="ms"
          timesMs={timesMs}
          lines={job.stages.map(({ name }, i) => ({
            label: name,
            color: STAGE_COLORS[i % STAGE_COLORS.length]!,
            values: intervals.map(({ stages }) => meanMs(stages[name])),
          }))}
        />
      </div>
    </section>
  );
}
