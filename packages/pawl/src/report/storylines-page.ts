import { createHash } from 'node:crypto';
import type { StorylineDetail, StorylineEvent } from '../storylines/read-storylines.ts';
import { entityKey, type StorylineMap } from '../storylines/storyline-map.ts';
import { entityList, entityPlot, entityPlotStyle, joined } from './entity-plot.ts';
import { Html, html } from './html-text.ts';
import { TIMELINE_STYLE, timelinePlot } from './timeline-plot.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#1c2330;--dim:#5a6372;--paper:#fff;--card:#eef1f6;--line:#dde2ea;--good:#2563eb}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--dim:#9aa3b2;--paper:#14171c;--card:#202735;--line:#2a3343;--good:#6ea8ff}}
body{margin:2rem auto;padding:0 1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
section{margin-top:2.5rem}section section{margin-top:1.25rem}.dim{color:var(--dim)}p.dim{font-size:.9rem}a{color:inherit}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
svg{display:block;width:100%;overflow:visible}ol,ul{list-style:none;margin:0;padding:0}summary{cursor:pointer}
.events li{margin:.25rem 0}.events p{background:var(--card);border-radius:.5rem;padding:.5rem 1rem;margin:.25rem 0 .75rem}
.key summary{font-weight:600}time{font-variant-numeric:tabular-nums;color:var(--dim);margin-right:.5rem}
`;

/**
 * Storylines as one page that needs nothing else: when they were told, who is in them, and each with its events, whose
 * sentences a click shows. Its policy lets nothing load and no script run, so what documents say cannot act even if it were not
 * escaped.
 * @param details of the lanes of the map
 * @returns the page in parts, so that it need not be held as a whole
 */
export async function* storylinesPage(
  batchId: string,
  map: StorylineMap,
  details: AsyncIterable<StorylineDetail>,
): AsyncGenerator<string> {
  const style = `${STYLE}${TIMELINE_STYLE}${entityPlotStyle(map)}`;
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
  yield html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${batchId}: storylines</title>
${new Html(`<style>${style}</style>`)}
</head>
<body>
<main>
<h1>${batchId}: storylines</h1>
${map.lanes.length === 0 ? html`<p>No two documents tell the same story.</p>` : html`${timelinePlot(map)}${entityPlot(map)}${entityList(map)}`}
`.markup;
  const places = new Map(map.entities.shown.map(({ name }, place) => [entityKey(name), place]));
  for await (const detail of details) yield storylineSection(detail, places).markup;
  yield '</main>\n</body>\n</html>\n';
}

/** @param places of entities that the page has something to say of, by their keys */
function storylineSection({ storyline, events }: StorylineDetail, places: ReadonlyMap<string, number>): Html {
  const { storyline_id, title, summary, summary_by, extracted, document_ids, confidence, key_events } = storyline;
  const keys = new Set(key_events.map(({ event_id }) => event_id));
  const names = storyline.primary_entities.map(({ name }) => {
    const place = places.get(entityKey(name));
    return place === undefined ? html`<bdi>${name}</bdi>` : html`<a href="#who-${place}"><bdi>${name}</bdi></a>`;
  });
  return html`<section id="${storyline_id}"><h2><bdi>${title}</bdi></h2>
<p class="dim">${storyline_id} · ${document_ids.length} documents, ${events.length} events · confidence ${confidence.toFixed(2)}</p>
${names.length === 0 ? '' : html`<p>${joined(names)}</p>`}
<p>${summary}</p>
${summary_by === undefined ? '' : html`<p class="dim">Written by ${summary_by}. In the words of its documents: ${extracted?.summary ?? ''}</p>`}
<ol class="events">${events.map((event) => eventItem(event, keys.has(event.event_id)))}</ol></section>
`;
}

function eventItem(event: StorylineEvent, isKey: boolean): Html {
  const who = event.participants.map(({ role, text }) => `${role}: ${text}`).join(' · ');
  return html`<li><details class="${isKey ? 'key' : 'event'}"><summary><time>${event.date ?? 'no date'}</time>${event.event_type.replaceAll('_', ' ')}: ${event.trigger}</summary><p>${event.sentence}<br><span class="dim">${who === '' ? '' : `${who} · `}${event.event_id} in ${event.document_id}</span></p></details></li>
`;
}
