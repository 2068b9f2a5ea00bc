import { useState } from 'preact/hooks';
import type { DocumentList, DocumentSummary, Job } from '../../../pawl/src/server/api/api.ts';
import { listDocuments } from '../api/jobs.ts';
import { count } from '../format/quantity.ts';
import { dateTime, timeSpan } from '../format/time.ts';
import { words } from '../format/words.ts';
import { hrefOf } from '../route.ts';
import { Empty, ShowMore, WhenLoaded } from '../shell/states.tsx';
import { usePages } from '../shell/use-pages.ts';
import { joinDocuments } from './join-documents.ts';
import { useReloadOn } from './use-reload-on.ts';

const STATES = ['', 'processed', 'failed', 'pending'] as const;

/** The documents of a batch in the order of their acceptance, searched by id and title. */
export function DocumentsTab({ job }: { job: Job }) {
  const [q, setQuery] = useState('');
  const [state, setState] = useState('');
  const [loaded, more, reload] = usePages<DocumentList>(
    `documents ${job.batch_id} ${state} ${q}`,
    (cursor, signal) => listDocuments(job.batch_id, { q, state, cursor, limit: 100 }, signal),
    joinDocuments,
  );
  useReloadOn(reload, job.updated_at);
  return (
    <section aria-label="Documents">
      <div class="filters">
        <input
          type="search"
          class="search"
          data-search
          placeholder="Search ids and titles"
          aria-label="Search documents by id or title"
          value={q}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <select aria-label="State" value={state} onChange={(event) => setState(event.currentTarget.value)}>
          {STATES.map((name) => (
            <option key={name} value={name}>
              {name === '' ? 'all states' : name}
            </option>
          ))}
        </select>
      </div>
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ documents }) =>
          documents.length === 0 ? (
            <Empty>No document is like that.</Empty>
          ) : (
            <DocumentTable batchId={job.batch_id} documents={documents} />
          )
        }
      </WhenLoaded>
      <ShowMore more={more} />
    </section>
  );
}

function DocumentTable({ batchId, documents }: { batchId: string; documents: readonly DocumentSummary[] }) {
  return (
    <table class="table documents">
      <thead>
        <tr>
          <th scope="col">Document</th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            Line
          </th>
          <th scope="col" class="number">
            Took
          </th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        {documents.map((document) => (
          <DocumentTableRow key={document.document_id} batchId={batchId} document={document} />
        ))}
      </tbody>
    </table>
  );
}

function DocumentTableRow({ batchId, document }: { batchId: string; document: DocumentSummary }) {
  const { document_id: documentId, title, state, code, source, timings, settled_at: settledAt } = document;
  const tookMs = timings === null ? null : Object.values(timings).reduce((sum, ms) => sum + ms, 0);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" data-item href={hrefOf({ page: 'document', batchId, documentId })}>
          {title ?? documentId}
        </a>
        {title !== null && <span class="muted under">{documentId}</span>}
      </th>
      <td>
        <span class={`document-state document-${state}`}>{code === null ? state : words(code)}</span>
      </td>
      <td class="number muted" title={source.name}>
        {count(source.line)}
      </td>
      <td class="number muted">{tookMs === null ? '' : timeSpan(tookMs)}</td>
      <td class="muted nowrap">{settledAt === null ? '' : dateTime(Date.parse(settledAt))}</td>
    </tr>
  );
}
