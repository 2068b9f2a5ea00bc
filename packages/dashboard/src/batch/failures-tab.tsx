import { useState } from 'preact/hooks';
import { ERROR_CATALOGUE } from '../../../pawl/src/domain/errors.ts';
import type { DocumentList, DocumentSummary, FailureCounts, Job } from '../../../pawl/src/server/api/api.ts';
import { countFailures, listDocuments, retry } from '../api/jobs.ts';
import { count, counted } from '../format/quantity.ts';
import { words } from '../format/words.ts';
import { hrefOf } from '../route.ts';
import { attempt } from '../shell/notices.tsx';
import { Empty, ShowMore, WhenLoaded } from '../shell/states.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { usePages } from '../shell/use-pages.ts';
import { joinDocuments } from './join-documents.ts';
import { useReloadOn } from './use-reload-on.ts';

/** What failed and why, by code; each group, each document or all can be tried again. */
export function FailuresTab({ job }: { job: Job }) {
  const [loaded, reload] = useLoaded(`failures ${job.batch_id}`, (signal) => countFailures(job.batch_id, signal));
  useReloadOn(reload, job.failed);
  return (
    <WhenLoaded loaded={loaded} retry={reload}>
      {({ failures }) =>
        failures.length === 0 ? (
          <Empty>No document failed.</Empty>
        ) : (
          <ul class="groups">
            {byCode(failures).map((group) => (
              <FailureGroup key={group.code} job={job} group={group} />
            ))}
          </ul>
        )
      }
    </WhenLoaded>
  );
}

interface Group {
  readonly code: string;
  readonly stages: readonly string[];
  readonly count: number;
}

function byCode(failures: FailureCounts['failures']): Group[] {
  const groups = Map.groupBy(failures, ({ code }) => code);
  return [...groups]
    .map(([code, parts]) => ({
      code,
      stages: parts.map(({ stage }) => stage),
      count: parts.reduce((sum, part) => sum + part.count, 0),
    }))
    .sort((a, b) => b.count - a.count);
}

function FailureGroup({ job, group }: { job: Job; group: Group }) {
  const [isOpen, setOpen] = useState(false);
  const kind = Object.hasOwn(ERROR_CATALOGUE, group.code)
    ? ERROR_CATALOGUE[group.code as keyof typeof ERROR_CATALOGUE]
    : null;
  const tryAgain = () =>
    attempt(async () => {
      const { retried } = await retry(job.batch_id, { codes: [group.code] });
      return retryText(retried);
    });
  return (
    <li class="card group">
      <div class="group-head">
        <h2>
          {words(group.code)} <span class="count">{count(group.count)}</span>
        </h2>
        <span class="muted">in {group.stages.join(', ')}</span>
        {group.stages.some(canBeRetried) && (
          <button type="button" class="button" onClick={() => void tryAgain()}>
            Retry {counted(group.count, 'document')}
          </button>
        )}
      </div>
      {kind !== null && (
        <p>
          {kind.meaning} <span class="muted">{kind.remedy}</span>
        </p>
      )}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Documents</summary>
        {isOpen && <FailedDocuments job={job} code={group.code} />}
      </details>
    </li>
  );
}

function FailedDocuments({ job, code }: { job: Job; code: string }) {
  const [loaded, more, reload] = usePages<DocumentList>(
    `failed ${job.batch_id} ${code}`,
    (cursor, signal) => listDocuments(job.batch_id, { state: 'failed', code, cursor }, signal),
    joinDocuments,
  );
  useReloadOn(reload, job.failed);
  return (
    <>
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ documents }) => (
          <ul class="failed-documents">
            {documents.map((document) => (
              <FailedDocument key={document.document_id} job={job} document={document} />
            ))}
          </ul>
        )}
      </WhenLoaded>
      <ShowMore more={more} />
    </>
  );
}

function FailedDocument({ job, document }: { job: Job; document: DocumentSummary }) {
  const { document_id: documentId, message, stage, attempts, source } = document;
  const tryAgain = () =>
    attempt(async () => {
      const { retried } = await retry(job.batch_id, { document_ids: [documentId] });
      return retryText(retried);
    });
  return (
    <li>
      <div>
        <a href={hrefOf({ page: 'document', batchId: job.batch_id, documentId })}>{document.title ?? documentId}</a>
        <p class="muted">
          {message}{' '}
          <span class="nowrap">
            Line {count(source.line)} of {source.name},
          </span>{' '}
          {counted(attempts, 'attempt')}.
        </p>
      </div>
      {canBeRetried(stage) && (
        <button
          type="button"
          class="button button-small"
          aria-label={`Retry ${documentId}`}
          onClick={() => void tryAgain()}
        >
          Retry
        </button>
      )}
    </li>
  );
}

/** A line that is no document must be mended and submitted anew. */
function canBeRetried(stage: string | null): boolean {
  return stage !== 'accept';
}

function retryText(retried: number): string {
  return retried === 0
    ? 'Nothing to try again: lines that are no documents must be mended and submitted anew.'
    : `${counted(retried, 'document')} will be tried again.`;
}
