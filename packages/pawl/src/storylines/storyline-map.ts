import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { dayOf } from './day.ts';
import { listStorylines } from './read-storylines.ts';
import type { Storyline } from './storyline.ts';

/**
 * All storylines of a batch at a glance: when each was told, and who stands in them. The page of `pawl storylines --html` and the
 * dashboard show this; the fields are also what the interface gives.
 */
export interface StorylineMap {
  /** Storylines that it is of: those of the batch, or those that have the entity asked for. */
  readonly total: number;
  /** The smallest storylines of the batch, that were not looked at because it has more than {@link MOST_READ}. */
  readonly unread: number;
  /** The entity asked for; null when none was, or no storyline has it. */
  readonly entity: MapEntity | null;
  /** Storylines, those of most documents first. */
  readonly lanes: readonly StorylineLane[];
  readonly entities: {
    /** Entities that stand in these storylines, apart from the one asked for. */
    readonly total: number;
    /** Those of most storylines, then of most documents, first. */
    readonly shown: readonly MapEntity[];
    /** Which of those shown stand in a storyline together; the strongest first. */
    readonly links: readonly EntityLink[];
  };
}

/** A storyline among all others. */
export interface StorylineLane {
  readonly storyline_id: string;
  readonly title: string;
  readonly documents: number;
  readonly events: number;
  /** First and last day of its documents, `YYYY-MM-DD`; null when none has a date. */
  readonly temporal_span: { readonly start: string; readonly end: string } | null;
  /** Days of its key events that lie within the span, in order, each once. */
  readonly key_days: readonly string[];
  /** Places in `entities.shown` of those that it has. */
  readonly entities: readonly number[];
}

/** A name that stands in storylines. Names that differ in case alone are one; it is written as where most documents have it. */
export interface MapEntity {
  readonly name: string;
  readonly type: string;
  readonly storylines: number;
  readonly documents: number;
}

/** Two entities that stand in storylines together. */
export interface EntityLink {
  /** Places in `entities.shown`; `a` is the lower one. */
  readonly a: number;
  readonly b: number;
  /** Storylines that have both. */
  readonly storylines: number;
}

export interface MapChoice {
  /** Storylines that become lanes, at most. */
  readonly lanes: number;
  /** Entities that are shown, at most. */
  readonly entities: number;
  /** Only storylines that have this entity; its name in any case. */
  readonly entity?: string | undefined;
}

/** Storylines that are looked at, the largest; so that time and memory are bounded. */
const MOST_READ = 10_000;
/** Read between two turns of others: some milliseconds of work. */
const PAGE_STORYLINES = 50;

/** Maps the storylines of a batch as far as it is linked. Reads each once, and lets others have their turn in between. */
export async function readStorylineMap(checkpoint: Checkpoint, choice: MapChoice): Promise<StorylineMap> {
  const mapper = new StorylineMapper(choice);
  for (let offset = 0; offset < MOST_READ; offset += PAGE_STORYLINES) {
    const page = await listStorylines(checkpoint, { offset, limit: PAGE_STORYLINES });
    for (const storyline of page) mapper.add(storyline);
    if (page.length < PAGE_STORYLINES) return mapper.map(0);
    await othersHadTheirTurn();
  }
  return mapper.map(Math.max(0, ((await checkpoint.linking())?.storylines ?? 0) - MOST_READ));
}

type MutableEntity = { -readonly [Key in keyof MapEntity]: MapEntity[Key] } & { mostDocuments: number };

/** Takes storylines one after the other, those of most documents first, and keeps what a map needs of them. */
export class StorylineMapper {
  readonly #choice: MapChoice;
  readonly #wanted: string | null;
  /** By id: one that grows while pages are read may come twice. */
  readonly #keysOf = new Map<string, readonly string[]>();
  readonly #lanes: Omit<StorylineLane, 'entities'>[] = [];
  readonly #entities = new Map<string, MutableEntity>();

  constructor(choice: MapChoice) {
    this.#choice = choice;
    this.#wanted = choice.entity === undefined ? null : entityKey(choice.entity);
  }

  add(storyline: Storyline): void {
    const { storyline_id: id, primary_entities: entities } = storyline;
    const keys = [...new Set(entities.map(({ name }) => entityKey(name)))];
    if (this.#keysOf.has(id) || (this.#wanted !== null && !keys.includes(this.#wanted))) return;
    this.#keysOf.set(id, keys);
    for (const entity of entities) this.#count(entity);
    if (this.#lanes.length < this.#choice.lanes) this.#lanes.push(laneOf(storyline));
  }

  /** @param unread storylines of the batch that were not given */
  map(unread: number): StorylineMap {
    const others = [...this.#entities].filter(([key]) => key !== this.#wanted);
    const shown = others.sort(([, a], [, b]) => byWeight(a, b)).slice(0, this.#choice.entities);
    const places = new Map(shown.map(([key], place) => [key, place]));
    const asked = this.#wanted === null ? undefined : this.#entities.get(this.#wanted);
    return {
      total: this.#keysOf.size + (this.#wanted === null ? unread : 0),
      unread,
      entity: asked === undefined ? null : toMapEntity(asked),
      lanes: this.#lanes.map((lane) => ({ ...lane, entities: this.#placesIn(lane.storyline_id, places) })),
      entities: {
        total: others.length,
        shown: shown.map(([, entity]) => toMapEntity(entity)),
        links: this.#links(places),
      },
    };
  }

  #count({ name, type, documents }: Storyline['primary_entities'][number]): void {
    const key = entityKey(name);
    const known = this.#entities.get(key);
    if (known === undefined) {
      this.#entities.set(key, { name, type, storylines: 1, documents, mostDocuments: documents });
      return;
    }
    known.storylines += 1;
    known.documents += documents;
    if (documents > known.mostDocuments) Object.assign(known, { name, type, mostDocuments: documents });
  }

  #placesIn(storylineId: string, places: ReadonlyMap<string, number>): number[] {
    const keys = this.#keysOf.get(storylineId) ?? [];
    return keys
      .map((key) => places.get(key))
      .filter((place) => place !== undefined)
      .sort((a, b) => a - b);
  }

  #links(places: ReadonlyMap<string, number>): EntityLink[] {
    const size = places.size;
    const counts = new Map<number, number>();
    for (const id of this.#keysOf.keys()) {
      const within = this.#placesIn(id, places);
      for (const [i, a] of within.entries()) {
        for (const b of within.slice(i + 1)) counts.set(a * size + b, (counts.get(a * size + b) ?? 0) + 1);
      }
    }
    return [...counts]
      .sort(([first, one], [second, other]) => other - one || first - second)
      .map(([pair, storylines]) => ({ a: Math.floor(pair / size), b: pair % size, storylines }));
  }
}

function laneOf(storyline: Storyline): Omit<StorylineLane, 'entities'> {
  const { storyline_id, title, document_ids, event_ids, temporal_span: span, key_events } = storyline;
  const isDated = span !== null && dayOf(span.start) !== null && dayOf(span.end) !== null;
  const days = key_events.map(({ date }) => date).filter((day) => day !== null && dayOf(day) !== null);
  const within = isDated ? days.filter((day) => day! >= span.start && day! <= span.end) : [];
  return {
    storyline_id,
    title,
    documents: document_ids.length,
    events: event_ids.length,
    temporal_span: isDated ? span : null,
    key_days: [...new Set(within as string[])].sort(),
  };
}

function byWeight(a: MapEntity, b: MapEntity): number {
  return b.storylines - a.storylines || b.documents - a.documents || (a.name < b.name ? -1 : 1);
}

function toMapEntity({ name, type, storylines, documents }: MapEntity): MapEntity {
  return { name, type, storylines, documents };
}

/** What names that are one have in common. */
export function entityKey(name: string): string {
  return name.toLowerCase();
}
