import type { Job } from '../../../pawl/src/server/api/api.ts';
import { type Interval, meanMs, perMinute } from '../plots/interval.ts';
import { TimePlot } from '../plots/time-plot.tsx';
import { Empty } from '../shell/states.tsx';
import { useIntervals } from './use-intervals.ts';

const STAGE_COLORS = ['--plot-1', '--plot-2', '--plot-3', '--plot-4'];

/** Throughput and the time that a document takes, over the last documents and live from there on. */
export function BatchPlots({ job }: { job: Job }) {
  const intervals = useIntervals(job);

  const last = intervals.at(-1);
  if (last === undefined) return <Empty>Plots appear once documents are done.</Empty>;
  const timesMs = [...intervals.map(({ fromMs }) => fromMs), last.toMs];
  /** The value of the last interval stands at its end too, so that it is drawn. */
  const over = (read: (interval: Interval) => number | null) => [...intervals.map(read), read(last)];
  return (
    <section class="plots" aria-label="Plots">
      <div class="card">
        <TimePlot
          title="Throughput"
          unit="docs/min"
          timesMs={timesMs}
          lines={[
            {
              label: 'processed',
              color: '--plot-1',
              values: over((interval) => perMinute(interval.processed, interval)),
              filled: true,
            },
            { label: 'failed', color: '--plot-bad', values: over((interval) => perMinute(interval.failed, interval)) },
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
            values: over(({ stages }) => meanMs(stages[name])),
          }))}
        />
      </div>
    </section>
  );
}
