import { useState } from 'preact/hooks';
import type { JobList, JobSummary } from '../../../pawl/src/server/api/api.ts';
import { listJobs } from '../api/jobs.ts';
import { ProgressBar } from '../batch/progress-bar.tsx';
import { Status } from '../batch/status.tsx';
import { count, percent } from '../format/quantity.ts';
import { ago, dateTime } from '../format/time.ts';
import { hrefOf } from '../route.ts';
import { now } from '../shell/clock.ts';
import { Empty, ShowMore, WhenLoaded } from '../shell/states.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { usePages } from '../shell/use-pages.ts';
import { choosingFiles } from '../submit/submission.ts';
import { withChanges } from './job-changes.ts';
import { useLiveJobs } from './use-live-jobs.ts';

/** All batches, the newest first. */
export function BatchesPage() {
  usePageTitle('Batches');
  const [query, setQuery] = useState('');
  const [loaded, more, reload] = usePages(
    `batches ${query}`,
    (cursor, signal) => listJobs({ q: query, cursor }, signal),
    joinLists,
  );
  const changes = useLiveJobs();
  return (
    <main id="main" class="page">
      <div class="page-head">
        <h1>Batches</h1>
        <input
          type="search"
          class="search"
          data-search
          placeholder="Search"
          aria-label="Search batches by name"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      <WhenLoaded loaded={loaded} retry={reload}>
        {(list) => {
          const shown = withChanges(list, changes, query);
          return shown.jobs.length + shown.unreadable.length === 0 ? (
            <NoBatches query={query} />
          ) : (
            <BatchTable list={shown} />
          );
        }}
      </WhenLoaded>
      <ShowMore more={more} />
    </main>
  );
}

function BatchTable({ list }: { list: JobList }) {
  return (
    <>
      <table class="table batches">
        <thead>
          <tr>
            <th scope="col">Batch</th>
            <th scope="col">State</th>
            <th scope="col">Progress</th>
            <th scope="col" class="number">
              Documents
            </th>
            <th scope="col" class="number">
              Failed
            </th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {list.jobs.map((job) => (
            <BatchRow key={job.job_id} job={job} />
          ))}
        </tbody>
      </table>
      {list.unreadable.map(({ batch_id, error }) => (
        <p key={batch_id} class="card bad-text">
          <strong>{batch_id}</strong> cannot be read: {error}
        </p>
      ))}
    </>
  );
}

function BatchRow({ job }: { job: JobSummary }) {
  const settled = job.processed + job.failed;
  const updatedAtMs = Date.parse(job.updated_at);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" data-item href={hrefOf({ page: 'batch', batchId: job.batch_id, tab: 'overview' })}>
          {job.batch_id}
        </a>
      </th>
      <td>
        <Status job={job} />
      </td>
      <td class="progress-cell">
        <ProgressBar job={job} /> <span class="muted">{percent(settled, job.total_documents)}</span>
      </td>
      <td class="number" data-name="documents">
        {count(job.total_documents)}
      </td>
      <td class={`number ${job.failed > 0 ? 'bad-text' : 'muted'}`} data-name="failed">
        {count(job.failed)}
      </td>
      <td class="muted" title={dateTime(updatedAtMs)}>
        {ago(updatedAtMs, now.value)}
      </td>
    </tr>
  );
}

function NoBatches({ query }: { query: string }) {
  if (query !== '') return <Empty>No batch is called like that.</Empty>;
  return (
    <Empty>
      <h2>Drop a file of JSON lines here</h2>
      <p>Each line is a document: an object with a text. Its batch starts at once and can be paused at any time.</p>
      <p>
        <button type="button" class="button button-primary" onClick={choosingFiles}>
          Choose files
        </button>
      </p>
      <p class="muted">
        From a shell: <code>npx pawl submit reports.jsonl</code>
      </p>
    </Empty>
  );
}

function joinLists(first: JobList, second: JobList): JobList {
  return { ...second, jobs: [...first.jobs, ...second.jobs], unreadable: [...first.unreadable, ...second.unreadable] };
}
