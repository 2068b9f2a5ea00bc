import type { Job } from '../../../pawl/src/server/api/api.ts';
import { BatchPlots } from './batch-plots.tsx';
import { Cost } from './cost.tsx';
import { Health } from './health.tsx';

/** How the work goes: what each part of it is doing or waiting for, and plots over time of a batch that does some. */
export function OverviewTab({ job }: { job: Job }) {
  return (
    <>
      <Health job={job} />
      {job.collected_from.length === 0 && <BatchPlots job={job} />}
      <Cost job={job} />
    </>
  );
}
