import { createHash } from 'node:crypto';
import { dayOf } from '../storylines/day.ts';
import type { StorylineDetail, StorylineEvent } from '../storylines/read-storylines.ts';
import type { Storyline } from '../storylines/storyline.ts';
import { Html, html } from './html-text.ts';

const WIDTH = 720;
const ROW = 22;
const LABEL_WIDTH = 260;
const LABEL_CHARACTERS = 38;
const GRAPH_RADIUS = 210;
const MAX_NAMES = 24;

const STYLE = `:root{color-scheme:light dark;--ink:#1c2330;--dim:#667;--paper:#fff;--card:#f5f6f8;--good:#3b7dd8}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--dim:#9aa3b2;--paper:#14171c;--card:#1d2229;--good:#5b9bf0}}
body{margin:2rem auto;padding:0 1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1,h2{overflow-wrap:anywhere}section{margin-top:2.5rem}.dim{color:var(--dim)}a{color:inherit}
svg{width:100%;height:auto;overflow:visible}svg text{font-size:12px;fill:currentColor}.bar{fill:var(--good)}.edge{stroke:var(--dim);opacity:.5}
ol{list-style:none;padding:0}li{margin:.25rem 0}summary{cursor:pointer}details p{background:var(--card);border-radius:.5rem;padding:.5rem 1rem;margin:.25rem 0 .75rem}
.key summary{font-weight:600}time{font-variant-numeric:tabular-nums;color:var(--dim);margin-right:.5rem}`;

/**
 * Storylines as one page that needs nothing else: when they were told, who is in them, and each with its events, whose
 * sentences a click shows. Its policy lets nothing load and no script run, so what documents say cannot act even if it were not
 * escaped.
 */
export function storylinesPage(batchId: string, details: readonly StorylineDetail[]): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
  const storylines = details.map(({ storyline }) => storyline);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${batchId}: storylines</title>
${new Html(`<style>${STYLE}</style>`)}
</head>
<body>
<h1>${batchId}: storylines</h1>
${storylines.length === 0 ? html`<p>No two documents tell the same story.</p>` : html`${spans(storylines)}${names(storylines)}`}
${details.map(storylineSection)}
</body>
</html>
`.markup;
}

/** When each storyline was told: a bar from its first to its last day. */
function spans(storylines: readonly Storyline[]): Html {
  const dated = storylines.flatMap((storyline) => {
    const { temporal_span: span } = storyline;
    const [start, end] = span === null ? [null, null] : [dayOf(span.start), dayOf(span.end)];
    return start === null || end === null ? [] : [{ storyline, start, end }];
  });
  if (dated.length === 0) return html``;
  const first = dated.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = dated.reduce((most, { end }) => Math.max(most, end), first);
  const unit = (WIDTH - LABEL_WIDTH) / Math.max(1, last - first + 1);
  const rows = dated
    .toSorted((a, b) => a.start - b.start)
    .map(({ storyline, start, end }, i) => {
      const x = LABEL_WIDTH + (start - first) * unit;
      const width = Math.max(3, (end - start + 1) * unit);
      const { start: from, end: to } = storyline.temporal_span!;
      return html`<a href="#${storyline.storyline_id}"><title>${from} to ${to}: ${storyline.title}</title><text x="${LABEL_WIDTH - 8}" y="${i * ROW + 15}" text-anchor="end">${clip(storyline.title)}</text><rect class="bar" x="${round(x)}" y="${i * ROW + 4}" width="${round(width)}" height="${ROW - 8}" rx="3"/></a>
`;
    });
  return html`<section><h2>When</h2><svg viewBox="0 0 ${WIDTH} ${dated.length * ROW}" role="img">${rows}</svg></section>`;
}

/** Who is in the storylines: names on a circle, joined where a storyline has both. */
function names(storylines: readonly Storyline[]): Html {
  const counts = new Map<string, number>();
  for (const { primary_entities: entities } of storylines) {
    for (const { name, documents } of entities) counts.set(name, (counts.get(name) ?? 0) + documents);
  }
  const shown = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_NAMES);
  if (shown.length < 2) return html``;
  const places = new Map(
    shown.map(([name], i) => {
      const angle = (2 * Math.PI * i) / shown.length;
      return [
        name,
        { x: WIDTH / 2 + GRAPH_RADIUS * Math.cos(angle), y: 240 + GRAPH_RADIUS * Math.sin(angle) },
      ] as const;
    }),
  );
  const edges = storylines.flatMap(({ storyline_id, title, primary_entities: entities }) => {
    const within = entities.map(({ name }) => places.get(name)).filter((place) => place !== undefined);
    return within.flatMap((a, i) =>
      within
        .slice(i + 1)
        .map(
          (b) =>
            html`<a href="#${storyline_id}"><title>${title}</title><line class="edge" x1="${round(a.x)}" y1="${round(a.y)}" x2="${round(b.x)}" y2="${round(b.y)}"/></a>`,
        ),
    );
  });
  const labels = shown.map(([name, count]) => {
    const { x, y } = places.get(name)!;
    const anchor = x >= WIDTH / 2 ? 'start' : 'end';
    return html`<circle class="bar" cx="${round(x)}" cy="${round(y)}" r="${round(3 + Math.sqrt(count))}"/><text x="${round(x + (anchor === 'start' ? 12 : -12))}" y="${round(y + 4)}" text-anchor="${anchor}">${clip(name)}</text>
`;
  });
  return html`<section><h2>Who</h2><p class="dim">Names that storylines share; a line leads to the storyline.</p><svg viewBox="0 0 ${WIDTH} 480" role="img">${edges}${labels}</svg></section>`;
}

function storylineSection({ storyline, events }: StorylineDetail): Html {
  const { storyline_id, title, summary, summary_by, extracted, document_ids, confidence, key_events } = storyline;
  const keys = new Set(key_events.map(({ event_id }) => event_id));
  return html`<section id="${storyline_id}"><h2>${title}</h2>
<p class="dim">${storyline_id} · ${document_ids.length} documents, ${events.length} events · confidence ${confidence.toFixed(2)}</p>
<p>${summary}</p>
${summary_by === undefined ? '' : html`<p class="dim">Written by ${summary_by}. In the words of its documents: ${extracted?.summary ?? ''}</p>`}
<ol>${events.map((event) => eventItem(event, keys.has(event.event_id)))}</ol></section>`;
}

function eventItem(event: StorylineEvent, isKey: boolean): Html {
  const who = event.participants.map(({ role, text }) => `${role}: ${text}`).join(' · ');
  return html`<li><details class="${isKey ? 'key' : 'event'}"><summary><time>${event.date ?? 'no date'}</time>${event.event_type.replaceAll('_', ' ')}: ${event.trigger}</summary><p>${event.sentence}<br><span class="dim">${who === '' ? '' : `${who} · `}${event.event_id} in ${event.document_id}</span></p></details></li>
`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function clip(text: string): string {
  const characters = [...text];
  return characters.length <= LABEL_CHARACTERS ? text : `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`;
}
