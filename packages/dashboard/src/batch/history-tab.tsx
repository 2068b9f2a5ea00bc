import type { History, HistoryItem, Job } from '../../../pawl/src/server/api/api.ts';
import { readHistory } from '../api/jobs.ts';
import { ago, dateTime } from '../format/time.ts';
import { words } from '../format/words.ts';
import { now } from '../shell/clock.ts';
import { ShowMore, WhenLoaded } from '../shell/states.tsx';
import { usePages } from '../shell/use-pages.ts';
import { useReloadOn } from './use-reload-on.ts';

/** Everything that happened to the batch, who did it and why. */
export function HistoryTab({ job }: { job: Job }) {
  const [loaded, more, reload] = usePages<History>(
    `history ${job.batch_id}`,
    (cursor, signal) => readHistory(job.batch_id, cursor, signal),
    (first, second) => ({ ...second, history: [...first.history, ...second.history] }),
  );
  useReloadOn(reload, `${job.status} ${job.total_documents} ${job.runner?.run}`);
  return (
    <section aria-label="History">
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ history }) => (
          <ol class="timeline">
            {history.map((item) => (
              <Moment key={item.seq} item={item} />
            ))}
          </ol>
        )}
      </WhenLoaded>
      <ShowMore more={more} />
    </section>
  );
}

function Moment({ item: { at, event, from, to, by, reason, run, details } }: { item: HistoryItem }) {
  const atMs = Date.parse(at);
  const facts = Object.entries(details).filter(([, value]) => value !== null && value !== 0 && value !== '');
  return (
    <li class={`moment ${to === null ? '' : `moment-${to.toLowerCase()}`}`}>
      <div class="moment-head">
        <strong>{words(event)}</strong>
        {to !== null && (
          <span class="muted">
            {from === null ? '' : `${from} → `}
            {to}
          </span>
        )}
        <time dateTime={at} class="muted" title={ago(atMs, now.value)}>
          {dateTime(atMs)}
        </time>
      </div>
      {reason !== null && <p>{words(reason)}</p>}
      <p class="muted">
        {by}
        {run !== null && `, run ${run}`}
      </p>
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{words(name)}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
