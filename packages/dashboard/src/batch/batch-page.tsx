import type { Job } from '../../../pawl/src/server/api/api.ts';
import { count, counted, percent } from '../format/quantity.ts';
import { timeSpan } from '../format/time.ts';
import { BATCH_TABS, type BatchTab, hrefOf } from '../route.ts';
import { now } from '../shell/clock.ts';
import { WhenLoaded } from '../shell/states.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { Controls } from './controls.tsx';
import { DocumentsTab } from './documents-tab.tsx';
import { FailuresTab } from './failures-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { KeyFigures } from './key-figures.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Status } from './status.tsx';
import { StorylinesTab } from './storylines-tab.tsx';
import { useJob } from './use-job.ts';

interface BatchPageProps {
  readonly batchId: string;
  readonly tab: BatchTab;
}

/** One batch: how far it is, what can be done with it, and five views into it. */
export function BatchPage({ batchId, tab }: BatchPageProps) {
  const [loaded, reload] = useJob(batchId);
  usePageTitle(loaded.kind === 'ready' ? tabTitle(loaded.value) : batchId);
  return (
    <main id="main" class="page">
      {loaded.kind !== 'ready' && <h1>{batchId}</h1>}
      <WhenLoaded loaded={loaded} retry={reload}>
        {(job) => (
          <>
            <Head job={job} />
            <Tabs job={job} tab={tab} />
            <View job={job} tab={tab} />
          </>
        )}
      </WhenLoaded>
    </main>
  );
}

function Head({ job }: { job: Job }) {
  return (
    <section class="card batch-head" aria-label="Progress">
      <div class="page-head">
        <h1>{job.batch_id}</h1>
        <Status job={job} />
        <Controls job={job} />
      </div>
      <ProgressBar job={job} />
      <KeyFigures job={job} />
      {job.runner !== null && <RunnerLine runner={job.runner} />}
    </section>
  );
}

/** Who works on it. */
function RunnerLine({ runner }: { runner: NonNullable<Job['runner']> }) {
  const { run, pid, host, in_flight: inFlight, started_at: startedAt } = runner;
  return (
    <p class="muted runner">
      Run {run} for {timeSpan(now.value - Date.parse(startedAt))}, process {pid} on {host},{' '}
      {counted(inFlight, 'document')} in flight
    </p>
  );
}

const TAB_TEXT: Readonly<Record<BatchTab, string>> = {
  overview: 'Overview',
  failures: 'Failures',
  documents: 'Documents',
  storylines: 'Storylines',
  history: 'History',
};

function Tabs({ job, tab }: { job: Job; tab: BatchTab }) {
  const counts: Partial<Record<BatchTab, number>> = { failures: job.failed, documents: job.total_documents };
  return (
    <nav class="tabs" aria-label="Views of the batch">
      {BATCH_TABS.map((name) => (
        <a
          key={name}
          href={hrefOf({ page: 'batch', batchId: job.batch_id, tab: name })}
          aria-current={name === tab ? 'page' : undefined}
        >
          {TAB_TEXT[name]}
          {counts[name] !== undefined && <span class="count">{count(counts[name])}</span>}
        </a>
      ))}
    </nav>
  );
}

function View({ job, tab }: { job: Job; tab: BatchTab }) {
  switch (tab) {
    case 'overview':
      return <OverviewTab key={job.job_id} job={job} />;
    case 'failures':
      return <FailuresTab job={job} />;
    case 'documents':
      return <DocumentsTab job={job} />;
    case 'storylines':
      return <StorylinesTab job={job} />;
    case 'history':
      return <HistoryTab job={job} />;
  }
}

/** The tab of a browser in the background tells how far the batch is. */
function tabTitle(job: Job): string {
  const settled = job.processed + job.failed;
  return settled === job.total_documents ? job.batch_id : `${percent(settled, job.total_documents)} ${job.batch_id}`;
}
