import type { StorylineMap } from '../storylines/storyline-map.ts';
import { type Timeline, type TimelineRow, timelineOf } from '../storylines/timeline.ts';
import { type Html, html } from './html-text.ts';

/** Lanes that are seen at once; the others unfold. */
const LANES_AT_FIRST = 24;

export const TIMELINE_STYLE = `.axis,.lane a{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:0 1.25rem}
.axis svg{grid-column:2;height:1.25rem}.axis text{font-size:11.5px;fill:var(--dim);font-variant-numeric:tabular-nums}
.lane a{align-items:center;border-radius:.4rem;text-decoration:none}.lane a:hover,.name a:hover{background:var(--card)}
.lane bdi,.name bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;text-align:left}
.lane svg{height:1.75rem}.grid{stroke:var(--line)}.cut{fill:var(--card)}.bar{stroke:var(--good);stroke-width:9px;stroke-linecap:round}.day{fill:var(--paper)}
@media(max-width:40rem){.axis,.lane a{grid-template-columns:minmax(0,1fr)}.axis svg{grid-column:1}.lane a{padding:.3rem 0}.lane svg{height:.9rem}}
`;

/** When each storyline was told: a lane over one calendar, that leads to the storyline. */
export function timelinePlot({ lanes, total }: StorylineMap): Html {
  const timeline = timelineOf(lanes);
  const largest = new Set(lanes.slice(0, LANES_AT_FIRST));
  const first = timeline.rows.filter(({ lane }) => largest.has(lane));
  const rest = timeline.rows.filter(({ lane }) => !largest.has(lane));
  const shown = lanes.length === total ? counted(total) : `The ${lanes.length} largest of ${counted(total)}`;
  return html`<section><h2>When</h2>
<p class="dim">${shown}. Dots are days of key events.</p>
${first.length === 0 ? '' : html`${axis(timeline)}<ol class="lanes">${first.map((row) => laneOf(row, timeline))}</ol>`}
${rest.length === 0 ? '' : html`<details><summary>${rest.length} smaller ones</summary>${axis(timeline)}<ol class="lanes">${rest.map((row) => laneOf(row, timeline))}</ol></details>`}
${timeline.cuts.length === 0 ? '' : html`<p class="dim">Left out, since nothing was told: ${timeline.cuts.map(({ days }) => `${days.toLocaleString('en-US')} days`).join(', ')}.</p>`}
${timeline.undated.length === 0 ? '' : html`<h3>Without dates</h3><ul>${timeline.undated.map(({ storyline_id, title }) => html`<li><a href="#${storyline_id}"><bdi>${title}</bdi></a></li>`)}</ul>`}
</section>`;
}

function axis({ ticks }: Timeline): Html {
  const labels = ticks.map(
    ({ at, label, isBefore }) =>
      html`<text x="${percent(at)}" dx="${isBefore ? -4 : 4}" y="14" text-anchor="${isBefore ? 'end' : 'start'}">${label}</text>`,
  );
  return html`<div class="axis" aria-hidden="true"><svg>${labels}</svg></div>`;
}

function laneOf({ lane, from, to, keyDays }: TimelineRow, { ticks, cuts }: Timeline): Html {
  const { storyline_id, title, documents, temporal_span: span, entities } = lane;
  const days = span === null ? '' : `${span.start} to ${span.end}`;
  const has = entities.map((place) => ` e${place}`).join('');
  const grid = ticks.map(
    ({ at }) => html`<line class="grid" x1="${percent(at)}" x2="${percent(at)}" y1="0" y2="100%"/>`,
  );
  const gaps = cuts.map(
    (cut) => html`<rect class="cut" x="${percent(cut.from)}" width="${percent(cut.to - cut.from)}" height="100%"/>`,
  );
  const dots = keyDays.map((at) => html`<circle class="day" cx="${percent(at)}" cy="50%" r="2"/>`);
  return html`<li class="lane${has}"><a href="#${storyline_id}" title="${title}
${days}"><bdi>${title}</bdi><span class="hidden">, ${days}, ${documents} documents</span><svg aria-hidden="true">${grid}${gaps}<line class="bar" x1="${percent(from)}" x2="${percent(to)}" y1="50%" y2="50%"/>${dots}</svg></a></li>
`;
}

function counted(storylines: number): string {
  return `${storylines.toLocaleString('en-US')} ${storylines === 1 ? 'storyline' : 'storylines'}`;
}

function percent(place: number): string {
  return `${(place * 100).toFixed(2)}%`;
}
