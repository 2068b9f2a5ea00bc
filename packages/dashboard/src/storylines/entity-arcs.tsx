import { useMemo } from 'preact/hooks';
import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import { ARC_PLANE_WIDTH, type Arc, arcDiagramOf } from '../../../pawl/src/storylines/arc-diagram.ts';
import { count, counted } from '../format/quantity.ts';
import { hrefOf } from '../route.ts';
import { type Lit, type Pointed, pointing } from './lit.ts';

/** Entities that share a storyline with one are named to those who do not see arcs; the strongest. */
const NAMED_TO_READERS = 5;

interface EntityArcsProps {
  readonly batchId: string;
  readonly map: StorylineMapView;
  readonly lit: Lit | null;
  readonly point: (pointed: Pointed) => void;
}

/** The entities of most storylines; an arc joins two that stand in a storyline together. A name leads to its storylines. */
export function EntityArcs({ batchId, map, lit, point }: EntityArcsProps) {
  const { shown, links } = map.entities;
  const { order, arcs } = useMemo(() => arcDiagramOf(shown.length, links), [map]);
  return (
    <section class="card who" aria-labelledby="who">
      <h2 id="who">Who</h2>
      <p class="muted">{shownText(map)}</p>
      <div class="arcs">
        <ol class="arc-names">
          {order.map((place) => (
            <EntityName key={shown[place]!.name} {...{ batchId, map, place, lit, point }} />
          ))}
        </ol>
        <svg viewBox={`0 0 ${ARC_PLANE_WIDTH} ${order.length}`} preserveAspectRatio="none" aria-hidden="true">
          {arcs.map((arc) => (
            <path key={`${arc.a} ${arc.b}`} class={classOf(arc, lit)} d={arc.path} stroke-width={arc.strength} />
          ))}
        </svg>
      </div>
    </section>
  );
}

function EntityName({ batchId, map, place, lit, point }: EntityArcsProps & { readonly place: number }) {
  const { name, type, storylines } = map.entities.shown[place]!;
  return (
    <li class={lit === null || lit.entities.has(place) ? '' : 'back'}>
      <a href={hrefOf({ page: 'entity', batchId, name })} title={name} {...pointing(point, { entity: name })}>
        <bdi class="arc-name">{name}</bdi>
        <span class="arc-count" aria-hidden="true">
          {count(storylines)}
        </span>
        <span class="visually-hidden">
          , {type}, in {counted(storylines, 'storyline')}
          {inWords(map, place)}
        </span>
        <span class="arc-dot" data-type={type} aria-hidden="true" />
      </a>
    </li>
  );
}

/** Nothing is left out without a word. */
function shownText({ entities: { shown, total, links }, unread }: StorylineMapView): string {
  const all = `${count(total)} ${total === 1 ? 'entity' : 'entities'}`;
  const which = shown.length === total ? all : `Those of most storylines, ${count(shown.length)} of ${all}`;
  const arcs = links.length > 0 ? ' An arc joins two that stand in one together.' : '';
  return `${which}.${arcs}${unread === 0 ? '' : ` Not counted: ${count(unread)} smaller storylines.`}`;
}

function inWords({ entities: { shown, links } }: StorylineMapView, place: number): string {
  const others = links
    .filter(({ a, b }) => a === place || b === place)
    .map(({ a, b }) => shown[a === place ? b : a]!.name);
  if (others.length === 0) return '';
  const more = others.length - NAMED_TO_READERS;
  return `, together with ${others.slice(0, NAMED_TO_READERS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function classOf({ a, b }: Arc, lit: Lit | null): string {
  if (lit === null) return 'arc';
  const isLit = lit.entity === null ? lit.entities.has(a) && lit.entities.has(b) : a === lit.entity || b === lit.entity;
  return isLit ? 'arc lit' : 'arc back';
}
