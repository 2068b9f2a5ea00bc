import { ARC_PLANE_WIDTH, arcDiagramOf } from '../storylines/arc-diagram.ts';
import type { EntityLink, MapEntity, StorylineMap } from '../storylines/storyline-map.ts';
import { type Html, html } from './html-text.ts';

const PLOT_STYLE = `.arcs{display:grid;grid-template-columns:minmax(0,16rem) minmax(4rem,1fr)}.arcs svg{width:100%;max-width:24rem;height:100%}.arcs ol{z-index:1}
.name a{position:relative;display:grid;grid-template-columns:minmax(0,1fr) auto auto;align-items:center;gap:.5rem;height:1.75rem;border-radius:.4rem;text-decoration:none}
.name bdi{text-align:right}.dot{width:.7rem;height:.7rem;margin-right:-.35rem;border-radius:50%;background:var(--good)}
.arc{fill:none;stroke:var(--good);opacity:.45;vector-effect:non-scaling-stroke}.who h3{margin-bottom:0}.who p{margin:.25rem 0}
`;

/** Of these entities: what is pointed at, or focused, stands out with what belongs to it. No script may run, so each has a rule. */
export function entityPlotStyle({ entities: { shown } }: StorylineMap): string {
  const rules = shown.map((_, i) => {
    const pointed = `body:has(.n${i}>a:is(:hover,:focus-visible))`;
    const others = [`.lane:not(.e${i})`, `.name:not(.n${i},.w${i})`];
    const drawn = [...others.map((other) => `${other} :is(.bar,.dot)`), `.arc:not(.w${i})`];
    return `${pointed} :is(${others}){color:var(--dim)}${pointed} :is(${drawn}){opacity:.2}${pointed} .arc.w${i}{opacity:1}`;
  });
  return `${PLOT_STYLE}${rules.join('\n')}\n`;
}

/** Who is in the storylines: the entities of most of them, and an arc for each two that one storyline has. A name leads to what it is in. */
export function entityPlot({ entities: { shown, total, links }, unread }: StorylineMap): Html {
  if (shown.length === 0) return html``;
  const { order, arcs } = arcDiagramOf(shown.length, links);
  const names = order.map(
    (place) =>
      html`<li class="name n${place}${linkedTo(place, links)
        .map((other) => ` w${other}`)
        .join(
          '',
        )}"><a href="#who-${place}" title="${shown[place]!.name}"><bdi>${shown[place]!.name}</bdi><span class="dim">${shown[place]!.storylines}<span class="hidden"> storylines</span></span><span class="dot"></span></a></li>
`,
  );
  const paths = arcs.map(
    ({ a, b, path, strength }) => html`<path class="arc w${a} w${b}" d="${path}" stroke-width="${strength}"/>`,
  );
  return html`<section><h2>Who</h2>
<p class="dim">${shown.length === total ? 'Entities' : `Those of most storylines, ${shown.length} of ${total.toLocaleString('en-US')} entities`}, with the number of their storylines. An arc joins two that stand in one together.${unread === 0 ? '' : ` Not counted: ${unread.toLocaleString('en-US')} smaller storylines.`}</p>
<div class="arcs"><ol>${names}</ol><svg viewBox="0 0 ${ARC_PLANE_WIDTH} ${shown.length}" preserveAspectRatio="none" aria-hidden="true">${paths}</svg></div>
</section>`;
}

/** What each entity of the plot stands in, and with whom. */
export function entityList(map: StorylineMap): Html {
  const { shown, links } = map.entities;
  if (shown.length === 0) return html``;
  return html`<section class="who"><h2>What they stand in</h2>
${shown.map((entity, place) => entityEntry(entity, place, map, linkedTo(place, links)))}</section>`;
}

function entityEntry(
  entity: MapEntity,
  place: number,
  { lanes, entities }: StorylineMap,
  others: readonly number[],
): Html {
  const within = lanes.filter((lane) => lane.entities.includes(place));
  const elsewhere = entity.storylines - within.length;
  const list = within.map(
    ({ storyline_id, title }) => html`<li><a href="#${storyline_id}"><bdi>${title}</bdi></a></li>`,
  );
  return html`<section id="who-${place}"><h3><bdi>${entity.name}</bdi> <span class="dim">${entity.type}</span></h3>
<ul>${list}</ul>${elsewhere === 0 ? '' : html`<p class="dim">and ${elsewhere} that are not on this page</p>`}
${others.length === 0 ? '' : html`<p class="dim">Together with ${joined(others.map((other) => html`<a href="#who-${other}"><bdi>${entities.shown[other]!.name}</bdi></a>`))}.</p>`}
</section>
`;
}

/** Entities that stand in a storyline with one, those of most storylines together first. */
function linkedTo(place: number, links: readonly EntityLink[]): number[] {
  return links.filter(({ a, b }) => a === place || b === place).map(({ a, b }) => (a === place ? b : a));
}

/** With commas between. */
export function joined(parts: readonly Html[]): readonly Html[] {
  return parts.map((part, i) => (i === 0 ? part : html`, ${part}`));
}
