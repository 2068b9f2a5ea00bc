import type { StorylineRow } from '../checkpoint/linking-state.ts';
import { composeStoryline, eventsInOrder } from './compose-storyline.ts';
import { type Coreference, EventClustering, type KnownEvents } from './coreference.ts';
import type { DocumentContent } from './document-sketch.ts';
import { Edges } from './edges.ts';
import { linkEvents } from './event-links.ts';
import type { PlacedEvent } from './evidence.ts';
import { decodeKept, encodeKept, type KeptStoryline } from './kept-storyline.ts';
import type { LinkWeights } from './link-weights.ts';
import type { Linkage, Storyline } from './storyline.ts';

/** A document of a storyline. */
export interface Member {
  readonly id: number;
  readonly content: DocumentContent;
  /** Mean likelihood that it tells the same story as the others. */
  readonly likelihood: number;
}

export interface ComposedStoryline {
  readonly storyline: Storyline;
  /** Linkages by the document they belong to, 0 for none; those of other documents stay unless it is composed anew. */
  readonly linkages: ReadonlyMap<number, readonly Linkage[]>;
  readonly isAnew: boolean;
  /** What composing it again, with more documents, goes on from. */
  readonly kept: Uint8Array;
}

/** Composes storylines; one that documents are added to from what was kept of it, so that only what is new is compared. */
export class StorylineComposer {
  readonly #weights: LinkWeights;
  readonly #events: EventClustering;

  constructor(weights: LinkWeights) {
    this.#weights = weights;
    this.#events = new EventClustering(weights);
  }

  /**
   * @param members in the order of their days
   * @param keptBytes of the storyline with this id as it was composed last; empty when it was not
   */
  compose(storylineId: string, members: readonly Member[], keptBytes: Uint8Array): ComposedStoryline {
    const kept = goOnFrom(keptBytes, members);
    const documents = members.map(({ content }) => content);
    const events = eventsInOrder(documents);
    const idOf = new Map(members.map(({ content, id }) => [content, id]));
    const old = new Set(kept?.documents);
    const isNew = ({ document }: PlacedEvent) => !old.has(idOf.get(document)!);
    const places = Int32Array.from(events.keys().filter((i) => !isNew(events[i]!)));
    const known = knownEvents(kept, places, (i) => isNew(events[i]!));
    const coreference = this.#events.cluster(events, known);
    const changed = changedDocuments(events, coreference, kept, places);
    for (const { id, content } of members) if (!old.has(id)) changed.add(content);
    const links = linkEvents(events, coreference, changed, this.#weights);
    const asLinkages = (all: typeof links.ofStory) => all.map((link) => ({ storyline_id: storylineId, ...link }));
    const linkages = new Map([[STORY_PART, asLinkages(links.ofStory)]]);
    for (const [document, own] of links.ofDocuments) linkages.set(idOf.get(document)!, asLinkages(own));
    const likelihoods = members.map(({ likelihood }) => likelihood);
    return {
      storyline: composeStoryline({ storylineId, documents, likelihoods, events, coreference }),
      linkages,
      isAnew: kept === null,
      kept: encodeKept({ documents: members.map(({ id }) => id), ...coreference }),
    };
  }
}

/** The part of the linkages that belong to no document. */
const STORY_PART = 0;

/** What was kept, where all its documents are there still: what is taken out may bring others together. */
function goOnFrom(bytes: Uint8Array, members: readonly Member[]): KeptStoryline | null {
  if (bytes.length === 0) return null;
  const kept = decodeKept(bytes);
  const present = new Set(members.map(({ id }) => id));
  return kept.documents.every((id) => present.has(id)) ? kept : null;
}

/** @param places of the events that were there, in their order, among those that are there now */
function knownEvents(kept: KeptStoryline | null, places: Int32Array, isNew: KnownEvents['isNew']): KnownEvents {
  return { isNew, edges: kept?.edges.renumbered(places) ?? new Edges() };
}

/** Documents in which an event is the same as another one than before. */
function changedDocuments(
  events: readonly PlacedEvent[],
  { antecedents }: Coreference,
  kept: KeptStoryline | null,
  places: Int32Array,
): Set<DocumentContent> {
  const changed = new Set<DocumentContent>();
  kept?.antecedents.forEach((before, event) => {
    const now = antecedents[places[event]!]!;
    if (now !== (before < 0 ? before : places[before])) changed.add(events[places[event]!]!.document);
  });
  return changed;
}

/** A composed storyline as the checkpoint holds it. */
export function toRow({ storyline, linkages, isAnew, kept }: ComposedStoryline): StorylineRow {
  return {
    storylineId: storyline.storyline_id,
    documents: storyline.document_ids.length,
    events: storyline.event_ids.length,
    storyline: JSON.stringify(storyline),
    kept,
    isAnew,
    linkages: Array.from(linkages, ([part, all]) => ({
      part,
      count: all.length,
      lines: all.map((linkage) => `${JSON.stringify(linkage)}\n`).join(''),
    })),
  };
}
