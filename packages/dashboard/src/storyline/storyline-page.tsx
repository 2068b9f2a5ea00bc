import type { StorylineItem } from '../../../pawl/src/server/api/api.ts';
import { findStoryline, readDocument } from '../api/jobs.ts';
import { useJob } from '../batch/use-job.ts';
import { useReloadOn } from '../batch/use-reload-on.ts';
import { daySpan } from '../format/day.ts';
import { count, counted } from '../format/quantity.ts';
import { words } from '../format/words.ts';
import { hrefOf } from '../route.ts';
import { Crumbs } from '../shell/crumbs.tsx';
import { Empty, ShowMore, WhenLoaded } from '../shell/states.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { usePageTitle } from '../shell/use-page-title.ts';
import { usePages } from '../shell/use-pages.ts';
import { type KeySentence, keySentences } from './key-sentences.ts';
import { type Telling, tellingOf } from './telling.ts';

/** Each is asked for with its text, so not all at once. */
const DOCUMENTS_A_PAGE = 10;

interface StorylinePageProps {
  readonly batchId: string;
  readonly storylineId: string;
}

/** One storyline: who is in it, what happened in order of time, and how each document tells it. */
export function StorylinePage({ batchId, storylineId }: StorylinePageProps) {
  const [loaded, reload] = useLoaded(`storyline ${batchId} ${storylineId}`, (signal) =>
    findStoryline(batchId, storylineId, signal),
  );
  const [job] = useJob(batchId);
  useReloadOn(reload, job.kind === 'ready' ? `${job.value.status} ${job.value.updated_at}` : null);
  const title = loaded.kind === 'ready' ? (loaded.value?.title ?? storylineId) : storylineId;
  usePageTitle(title);
  return (
    <main id="main" class="page">
      <Crumbs batchId={batchId} tab="storylines" />
      <h1>
        <bdi>{title}</bdi>
      </h1>
      <WhenLoaded loaded={loaded} retry={reload}>
        {(storyline) =>
          storyline === null ? (
            <Empty>There is no such storyline; it may have become a part of another.</Empty>
          ) : (
            <>
              <Head batchId={batchId} storyline={storyline} />
              <KeyEvents batchId={batchId} storyline={storyline} />
              <Tellings batchId={batchId} storyline={storyline} />
            </>
          )
        }
      </WhenLoaded>
    </main>
  );
}

function Head({ batchId, storyline }: { batchId: string; storyline: StorylineItem }) {
  const { document_ids, event_ids, temporal_span: span, primary_entities: entities } = storyline;
  return (
    <section class="card storyline-section" aria-label="In short">
      <p class="muted">
        {counted(document_ids.length, 'document')}, {counted(event_ids.length, 'event')}
        {span !== null && `, ${daySpan(span)}`}. One story with a likelihood of {storyline.confidence.toFixed(2)}.
      </p>
      {storyline.summary_by !== undefined && (
        <p>
          {storyline.summary} <span class="muted">Written by {storyline.summary_by}.</span>
        </p>
      )}
      {entities.length > 0 && (
        <dl class="facts">
          {entities.map(({ name, type, documents }) => (
            <div key={`${type} ${name}`}>
              <dt>{type}</dt>
              <dd>
                <a href={hrefOf({ page: 'entity', batchId, name })}>
                  <bdi>{name}</bdi>
                </a>{' '}
                <span class="muted">in {counted(documents, 'document')}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** What most documents tell of, in order of time. */
function KeyEvents({ batchId, storyline }: { batchId: string; storyline: StorylineItem }) {
  const sentences = keySentences(storyline.key_events);
  if (sentences.length === 0) return null;
  return (
    <section class="storyline-section" aria-label="What happened">
      <h2>What happened</h2>
      <ol class="timeline">
        {sentences.map(({ documentId, text, day, types, toldBy }) => (
          <li key={`${documentId} ${day} ${text}`} class="moment moment-key">
            <div class="moment-head">
              <strong>{types.map(words).join(', ')}</strong>
              <Day day={day} />
            </div>
            <p>{text}</p>
            <p class="muted">
              <a href={hrefOf({ page: 'document', batchId, documentId })}>{documentId}</a>
              {toldByText(toldBy)}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function toldByText({ least, most }: KeySentence['toldBy']): string {
  if (most === 1) return '';
  return `, told by ${least === most ? '' : `${count(least)} to `}${counted(most, 'document')}`;
}

/** The documents in order of time, each with its sentences that tell of the storyline. */
function Tellings({ batchId, storyline }: { batchId: string; storyline: StorylineItem }) {
  const ids = storyline.document_ids;
  const [loaded, more, reload] = usePages(
    `tellings ${batchId} ${storyline.storyline_id}`,
    async (cursor, signal) => {
      const end = Number(cursor ?? 0) + DOCUMENTS_A_PAGE;
      const documents = ids.slice(end - DOCUMENTS_A_PAGE, end).map((id) => readDocument(batchId, id, signal));
      const tellings = (await Promise.all(documents)).map((document) => tellingOf(document, storyline));
      return { tellings, next: end < ids.length ? String(end) : null };
    },
    (first, second) => ({ ...second, tellings: [...first.tellings, ...second.tellings] }),
  );
  useReloadOn(reload, storyline.event_ids.join(' '));
  return (
    <section class="storyline-section" aria-label="As the documents tell it">
      <h2>As the documents tell it</h2>
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ tellings }) => (
          <ol class="timeline">
            {tellings.map((telling) => (
              <DocumentMoment key={telling.documentId} batchId={batchId} telling={telling} />
            ))}
          </ol>
        )}
      </WhenLoaded>
      <ShowMore more={more} />
    </section>
  );
}

function DocumentMoment({ batchId, telling }: { batchId: string; telling: Telling }) {
  const { documentId, title, day, sentences } = telling;
  return (
    <li class="moment">
      <div class="moment-head">
        <a data-item href={hrefOf({ page: 'document', batchId, documentId })}>
          {title}
        </a>
        <Day day={day} />
      </div>
      {sentences.length === 0 ? <p class="muted">No event in it.</p> : <Sentences sentences={sentences} />}
    </li>
  );
}

function Sentences({ sentences }: Pick<Telling, 'sentences'>) {
  return (
    <ul class="told">
      {sentences.map(({ text, events }) => (
        <li key={events[0]?.eventId}>
          <p>{text}</p>
          <p class="told-types">
            {events.map((event) => (
              <span key={event.eventId}>
                {words(event.type)}: {event.trigger}
                {event.day !== null && `, ${event.day}`}
              </span>
            ))}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Day({ day }: { day: string | null }) {
  if (day === null) return <span class="muted">no date</span>;
  return (
    <time dateTime={day} class="muted">
      {day}
    </time>
  );
}
