import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';

/** What the pointer or the focus is on: an entity by its name, or a storyline by its id. */
export type Pointed = { readonly entity: string } | { readonly storylineId: string } | null;

/** What stands out, while all else steps back; ids of storylines and places of entities. */
export interface Lit {
  /** Null for all of them. */
  readonly storylines: ReadonlySet<string> | null;
  readonly entities: ReadonlySet<number>;
  /** The entity that is pointed at: its arcs stand out. */
  readonly entity: number | null;
}

/**
 * What belongs to what is pointed at: of an entity its storylines and the entities it shares some with, of a storyline its entities.
 * Null where nothing is, or what it was is not shown any more.
 */
export function litBy({ lanes, entities }: StorylineMapView, pointed: Pointed): Lit | null {
  if (pointed === null) return null;
  if ('storylineId' in pointed) {
    const lane = lanes.find(({ storyline_id }) => storyline_id === pointed.storylineId);
    if (lane === undefined) return null;
    return { storylines: null, entities: new Set(lane.entities), entity: null };
  }
  const entity = entities.shown.findIndex(({ name }) => name === pointed.entity);
  if (entity === -1) return null;
  const having = lanes.filter((lane) => lane.entities.includes(entity));
  const linked = entities.links.filter(({ a, b }) => a === entity || b === entity).flatMap(({ a, b }) => [a, b]);
  return {
    storylines: new Set(having.map(({ storyline_id }) => storyline_id)),
    entities: new Set([entity, ...linked]),
    entity,
  };
}

/** Attributes of something that can be pointed at, with a pointer or by focus. */
export function pointing(point: (pointed: Pointed) => void, at: NonNullable<Pointed>) {
  const [begin, end] = [() => point(at), () => point(null)];
  return { onPointerEnter: begin, onPointerLeave: end, onFocus: begin, onBlur: end };
}
