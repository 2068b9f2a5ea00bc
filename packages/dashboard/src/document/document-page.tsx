import { ERROR_CATALOGUE } from '../../../pawl/src/domain/errors.ts';
import type { DocumentDetail } from '../../../pawl/src/server/api/api.ts';
import { readDocument, readParse, retry } from '../api/jobs.ts';
import { useJob } from '../batch/use-job.ts';
import { useReloadOn } from '../batch/use-reload-on.ts';
import { counted } from '../format/quantity.ts';
import { dateTime } from '../format/time.ts';
import { words } from '../format/words.ts';
import { Crumbs } from '../shell/crumbs.tsx';
import { attempt } from '../shell/notices.tsx';
import { WhenLoaded } from '../shell/states.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { usePageTitle } from '../shell/use-page-title.ts';
import { ResultView } from './result-view.tsx';

interface DocumentPageProps {
  readonly batchId: string;
  readonly documentId: string;
}

/** One document: its text with what was found in it, or why it failed. */
export function DocumentPage({ batchId, documentId }: DocumentPageProps) {
  const [loaded, reload] = useLoaded(`document ${batchId} ${documentId}`, (signal) =>
    readDocument(batchId, documentId, signal),
  );
  usePageTitle(loaded.kind === 'ready' ? (loaded.value.title ?? documentId) : documentId);
  return (
    <main id="main" class="page">
      <Crumbs batchId={batchId} tab="documents" />
      {loaded.kind !== 'ready' && <h1>{documentId}</h1>}
      <WhenLoaded loaded={loaded} retry={reload}>
        {(document) => (
          <>
            {document.state === 'pending' && <Waiting batchId={batchId} onProgress={reload} />}
            <Head document={document} />
            {document.state === 'failed' && <Failure batchId={batchId} document={document} onRetried={reload} />}
            {document.result === null ? (
              <Source document={document} />
            ) : (
              <ResultView result={document.result} loadParse={(signal) => readParse(batchId, documentId, signal)} />
            )}
          </>
        )}
      </WhenLoaded>
    </main>
  );
}

/** Looks again whenever the batch gets on, until the document has an outcome. */
function Waiting({ batchId, onProgress }: { batchId: string; onProgress: () => void }) {
  const [loaded] = useJob(batchId);
  useReloadOn(onProgress, loaded.kind === 'ready' ? loaded.value.updated_at : null);
  return (
    <p class="card" role="status">
      Not processed yet. What is found in it appears here.
    </p>
  );
}

function Head({ document }: { document: DocumentDetail }) {
  const { document_id: id, title, state, settled_at: settledAt, source } = document;
  return (
    <div class="document-head">
      <h1>{title ?? id}</h1>
      <p class="muted">
        <span class={`document-state document-${state}`}>{state}</span> {title !== null && <code>{id}</code>} line{' '}
        {source.line} of {source.name}
        {settledAt !== null && `, ${dateTime(Date.parse(settledAt))}`}
      </p>
    </div>
  );
}

function Failure({
  batchId,
  document,
  onRetried,
}: {
  batchId: string;
  document: DocumentDetail;
  onRetried: () => void;
}) {
  const code = document.code ?? '';
  const kind = Object.hasOwn(ERROR_CATALOGUE, code) ? ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE] : null;
  const tryAgain = async () => {
    await attempt(async () => {
      const { retried } = await retry(batchId, { document_ids: [document.document_id] });
      return retried === 0
        ? 'A line that is no document must be mended and submitted anew.'
        : 'It will be tried again.';
    });
    onRetried();
  };
  return (
    <section class="card failure" aria-label="Failure">
      <div class="group-head">
        <h2>{words(code)}</h2>
        <span class="muted">
          in {document.stage}, {counted(document.attempts, 'attempt')}
        </span>
        <button type="button" class="button" onClick={() => void tryAgain()}>
          Retry
        </button>
      </div>
      <p>{document.message}</p>
      {kind !== null && (
        <p class="muted">
          {kind.meaning} {kind.remedy}
        </p>
      )}
      {document.raw_answer !== null && (
        <details>
          <summary>What the provider answered</summary>
          <pre>{document.raw_answer}</pre>
        </details>
      )}
    </section>
  );
}

/** A document without a result: what came in, as it came in. */
function Source({ document }: { document: DocumentDetail }) {
  if (document.source_document === null) return null;
  return (
    <section class="card" aria-label="Input">
      <h2>Input</h2>
      <pre>{JSON.stringify(document.source_document, null, 2)}</pre>
    </section>
  );
}
