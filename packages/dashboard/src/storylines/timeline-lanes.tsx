import { useMemo, useState } from 'preact/hooks';
import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import type { StorylineLane } from '../../../pawl/src/storylines/storyline-map.ts';
import { type Timeline, type TimelineRow, timelineOf } from '../../../pawl/src/storylines/timeline.ts';
import { daySpan } from '../format/day.ts';
import { count, counted } from '../format/quantity.ts';
import { hrefOf } from '../route.ts';
import { type Lit, type Pointed, pointing } from './lit.ts';

/** As many as stand beside the entities. */
const LANES_AT_FIRST = 24;

interface TimelineLanesProps {
  readonly batchId: string;
  readonly map: StorylineMapView;
  readonly lit: Lit | null;
  readonly point: (pointed: Pointed) => void;
}

/** Storylines over one calendar, a lane each: the largest at first, then all that the server gave. */
export function TimelineLanes({ batchId, map, lit, point }: TimelineLanesProps) {
  const [showsAll, showAll] = useState(false);
  const timeline = useMemo(() => timelineOf(map.lanes), [map]);
  const { lanes } = map;
  const shown = new Set<StorylineLane>(showsAll ? lanes : lanes.slice(0, LANES_AT_FIRST));
  const rows = timeline.rows.filter(({ lane }) => shown.has(lane));
  const undated = timeline.undated.filter((lane) => shown.has(lane));
  return (
    <section class="card when" aria-labelledby="when">
      <h2 id="when">When</h2>
      <p class="muted">{shownText(shown.size, rows, map)}</p>
      {rows.length > 0 && (
        <>
          <Axis ticks={timeline.ticks} />
          <ol class="lanes">
            {rows.map((row) => (
              <Lane key={row.lane.storyline_id} {...{ batchId, row, timeline, lit, point }} />
            ))}
          </ol>
          {timeline.cuts.length > 0 && (
            <p class="muted">
              Left out, since nothing was told: {timeline.cuts.map(({ days }) => counted(days, 'day')).join(', ')}.
            </p>
          )}
        </>
      )}
      {undated.length > 0 && (
        <>
          <h3>Without dates</h3>
          <ul class="undated">
            {undated.map(({ storyline_id: storylineId, title }) => (
              <li key={storylineId}>
                <a href={hrefOf({ page: 'storyline', batchId, storylineId })} {...pointing(point, { storylineId })}>
                  <bdi>{title}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {lanes.length > LANES_AT_FIRST && (
        <button type="button" class="button more" aria-expanded={showsAll} onClick={() => showAll(!showsAll)}>
          {showsAll ? `Show the ${LANES_AT_FIRST} largest` : `Show ${count(lanes.length - LANES_AT_FIRST)} more`}
        </button>
      )}
    </section>
  );
}

/** Nothing is left out without a word. */
function shownText(shown: number, rows: readonly TimelineRow[], { total }: StorylineMapView): string {
  const all = counted(total, 'storyline');
  const which = shown === total ? all : `The ${count(shown)} largest of ${all}`;
  const order = rows.length > 1 ? ', in the order in which they begin' : '';
  return `${which}${order}.${rows.some(({ keyDays }) => keyDays.length > 0) ? ' Dots are days of key events.' : ''}`;
}

function Axis({ ticks }: Pick<Timeline, 'ticks'>) {
  return (
    <div class="lane-axis" aria-hidden="true">
      <svg aria-hidden="true">
        {ticks.map(({ at, label, isBefore }) => (
          <text key={at} x={percent(at)} dx={isBefore ? -4 : 4} y="14" text-anchor={isBefore ? 'end' : 'start'}>
            {label}
          </text>
        ))}
      </svg>
    </div>
  );
}

interface LaneProps extends Pick<TimelineLanesProps, 'batchId' | 'lit' | 'point'> {
  readonly row: TimelineRow;
  readonly timeline: Timeline;
}

function Lane({ batchId, row: { lane, from, to, keyDays }, timeline: { ticks, cuts }, lit, point }: LaneProps) {
  const { storyline_id: storylineId, title, documents, temporal_span: span } = lane;
  const days = span === null ? '' : daySpan(span);
  return (
    <li class={lit?.storylines?.has(storylineId) === false ? 'lane back' : 'lane'}>
      <a
        href={hrefOf({ page: 'storyline', batchId, storylineId })}
        title={`${title}\n${days}`}
        {...pointing(point, { storylineId })}
      >
        <bdi class="lane-title">{title}</bdi>
        <span class="visually-hidden">
          , {days}, {counted(documents, 'document')}
        </span>
        <span class="lane-track" aria-hidden="true">
          <svg aria-hidden="true">
            {ticks.map(({ at }) => (
              <line key={at} class="lane-grid" x1={percent(at)} x2={percent(at)} y1="0" y2="100%" />
            ))}
            {cuts.map((cut) => (
              <rect
                key={cut.from}
                class="lane-cut"
                x={percent(cut.from)}
                width={percent(cut.to - cut.from)}
                height="100%"
              />
            ))}
            <line class="lane-bar" x1={percent(from)} x2={percent(to)} y1="50%" y2="50%" />
            {keyDays.map((at) => (
              <circle key={at} class="lane-key" cx={percent(at)} cy="50%" r="2" />
            ))}
          </svg>
        </span>
      </a>
    </li>
  );
}

function percent(place: number): string {
  return `${(place * 100).toFixed(2)}%`;
}
