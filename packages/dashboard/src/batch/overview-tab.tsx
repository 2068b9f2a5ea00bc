import type { Job } from '../../../pawl/src/server/api/api.ts';
import { BatchPlots } from './batch-plots.tsx';
import { Cost } from './cost.tsx';
import { Health } from './health.tsx';

/** How the work goes: plots over time, and what each part of it is doing or waiting for. */
export function OverviewTab({ job }: { job: Job }) {
  return (
    <>
      <Health job={job} />
      <BatchPlots job={job} />
      <Cost job={job} />
    </>
  );
}
