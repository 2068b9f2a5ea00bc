import { Fragment } from 'preact';
import type {
  HistoryItem,
  Job,
  StorylineItem,
  StorylineList as StorylinePage,
} from '../../../pawl/src/server/api/api.ts';
import { listStorylines, readHistory } from '../api/jobs.ts';
import { daySpan } from '../format/day.ts';
import { count } from '../format/quantity.ts';
import { hrefOf } from '../route.ts';
import { Empty, ShowMore, WhenLoaded } from '../shell/states.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { usePages } from '../shell/use-pages.ts';
import { StorylineMap } from '../storylines/storyline-map.tsx';
import { useStorylineMap } from '../storylines/use-storyline-map.ts';
import { lastLinking } from './last-linking.ts';
import { useReloadOn } from './use-reload-on.ts';

const NAMES_SHOWN = 4;

/** The stories that two or more documents of the batch tell, as far as it is linked: at a glance, then one by one. */
export function StorylinesTab({ job }: { job: Job }) {
  const [loaded, reload] = useStorylineMap(job.batch_id, undefined, job);
  return (
    <section class="storyline-section" aria-label="Storylines">
      {job.storylines !== null && job.storylines.missing !== null && (
        <p class="muted">Without {job.storylines.missing}: pawl link tries again.</p>
      )}
      <WhenLoaded loaded={loaded} retry={reload}>
        {(map) =>
          map.lanes.length === 0 ? (
            <NoStorylines job={job} />
          ) : (
            <>
              <StorylineMap batchId={job.batch_id} map={map} />
              <StorylineList job={job} />
            </>
          )
        }
      </WhenLoaded>
    </section>
  );
}

/** All of them, those of most documents first. */
function StorylineList({ job }: { job: Job }) {
  const [loaded, more, reload] = usePages<StorylinePage>(
    `storylines ${job.batch_id}`,
    (cursor, signal) => listStorylines(job.batch_id, { cursor, limit: 50 }, signal),
    (first, second) => ({ ...second, storylines: [...first.storylines, ...second.storylines] }),
  );
  useReloadOn(reload, `${job.status} ${job.updated_at}`);
  return (
    <>
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ storylines }) => <StorylineTable batchId={job.batch_id} storylines={storylines} />}
      </WhenLoaded>
      <ShowMore more={more} />
    </>
  );
}

function StorylineTable({ batchId, storylines }: { batchId: string; storylines: readonly StorylineItem[] }) {
  return (
    <table class="table documents storylines">
      <thead>
        <tr>
          <th scope="col">Storyline</th>
          <th scope="col" class="number nowrap">
            Documents
          </th>
          <th scope="col" class="number nowrap">
            Events
          </th>
          <th scope="col">Days</th>
        </tr>
      </thead>
      <tbody>
        {storylines.map((storyline) => (
          <StorylineRow key={storyline.storyline_id} batchId={batchId} storyline={storyline} />
        ))}
      </tbody>
    </table>
  );
}

function StorylineRow({ batchId, storyline }: { batchId: string; storyline: StorylineItem }) {
  const { storyline_id: storylineId, title, primary_entities: entities, temporal_span: span } = storyline;
  const names = entities.slice(0, NAMES_SHOWN).map(({ name }) => name);
  return (
    <tr>
      <th scope="row">
        <a class="row-link" data-item href={hrefOf({ page: 'storyline', batchId, storylineId })}>
          <bdi>{title}</bdi>
        </a>
        {names.length > 0 && (
          <span class="muted under">
            {names.map((name, i) => (
              <Fragment key={name}>
                {i > 0 && ' · '}
                <bdi>{name}</bdi>
              </Fragment>
            ))}
          </span>
        )}
      </th>
      <td class="number" data-name="documents">
        {count(storyline.document_ids.length)}
      </td>
      <td class="number" data-name="events">
        {count(storyline.event_ids.length)}
      </td>
      <td class="muted nowrap">{span === null ? '' : daySpan(span)}</td>
    </tr>
  );
}

/** Why there are none, as far as the history tells: linking that finds nothing from the start is not noted there. */
function NoStorylines({ job }: { job: Job }) {
  const [loaded, reload] = useLoaded(`linking ${job.batch_id}`, (signal) => readLastLinking(job.batch_id, signal));
  useReloadOn(reload, `${job.status} ${job.updated_at}`);
  return (
    <WhenLoaded loaded={loaded} retry={reload}>
      {(linking) => (
        <Empty>
          <NoStorylinesText job={job} linking={linking} />
        </Empty>
      )}
    </WhenLoaded>
  );
}

function NoStorylinesText({ job, linking }: { job: Job; linking: HistoryItem | null }) {
  const again = <code>pawl link {job.batch_id}</code>;
  if (linking?.event === 'linking_failed') {
    return (
      <>
        <h2>Events could not be linked</h2>
        <p>
          {linking.reason} {again} tries again.
        </p>
      </>
    );
  }
  if (job.status !== 'COMPLETED') {
    return (
      <>
        <h2>No storylines yet</h2>
        <p>Where linking is on, events are linked now and then while the batch is worked on, and settled at its end.</p>
      </>
    );
  }
  return (
    <>
      <h2>No storylines</h2>
      <p>
        No two documents tell the same story
        {linking === null && <>, or linking is off for this batch: {again} links its events now</>}.
      </p>
    </>
  );
}

async function readLastLinking(batchId: string, signal: AbortSignal): Promise<HistoryItem | null> {
  let last: HistoryItem | null = null;
  let cursor: string | undefined;
  for (;;) {
    const { history, next } = await readHistory(batchId, cursor, signal);
    last = lastLinking(history) ?? last;
    if (next === null) return last;
    cursor = next;
  }
}
