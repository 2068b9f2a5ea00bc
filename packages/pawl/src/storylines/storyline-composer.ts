import type { StorylineRow } from '../checkpoint/linking-state.ts';
import { composeStoryline } from './compose-storyline.ts';
import { type Coreference, EventClustering } from './coreference.ts';
import type { DocumentContent } from './document-sketch.ts';
import { linkEvents } from './event-links.ts';
import type { PlacedEvent } from './evidence.ts';
import { decodeKept, encodeKept, type KeptStoryline } from './kept-storyline.ts';
import type { LinkWeights } from './link-weights.ts';
import type { Linkage, Storyline } from './storyline.ts';
import { timeOrder } from './time-order.ts';

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
    const documents = asTheyCame(members, kept?.documents ?? []);
    const events = documents.flatMap(({ content: document }) => document.events.map((event) => ({ document, event })));
    const inTime = orderInTime(members, documents);
    const mentions = this.#events.cluster(events, inTime, kept ?? undefined);
    const story = {
      events: Array.from(inTime, (event) => events[event]!),
      coreference: asNumberedIn(inTime, mentions),
    };
    const changed = changedDocuments(events, mentions, kept);
    for (const { content } of documents.slice(kept?.documents.length ?? 0)) changed.add(content);
    const links = linkEvents(story.events, story.coreference, changed, this.#weights);
    const asLinkages = (all: typeof links.ofStory) => all.map((link) => ({ storyline_id: storylineId, ...link }));
    const linkages = new Map([[STORY_PART, asLinkages(links.ofStory)]]);
    for (const { id, content } of documents) {
      const own = links.ofDocuments.get(content);
      if (own !== undefined) linkages.set(id, asLinkages(own));
    }
    return {
      storyline: composeStoryline({
        storylineId,
        documents: members.map(({ content }) => content),
        likelihoods: members.map(({ likelihood }) => likelihood),
        ...story,
      }),
      linkages,
      isAnew: kept === null,
      kept: encodeKept({ documents: Uint32Array.from(documents, ({ id }) => id), ...mentions }),
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

/** Those that were there before first, as they were. */
function asTheyCame(members: readonly Member[], before: Iterable<number>): Member[] {
  const left = new Map(members.map((member) => [member.id, member]));
  const old = Array.from(before, (id) => left.get(id)!);
  for (const { id } of old) left.delete(id);
  return [...old, ...left.values()];
}

/** The numbers of the events, as their documents came, in order of time. @param members in the order of their days */
function orderInTime(members: readonly Member[], documents: readonly Member[]): Int32Array {
  let events = 0;
  const firstEvents = new Map(
    documents.map((member) => {
      events += member.content.events.length;
      return [member, events - member.content.events.length];
    }),
  );
  return timeOrder(members.map((member) => ({ document: member.content, firstEvent: firstEvents.get(member)! })));
}

/** With the place in order of time for the number of each event. */
function asNumberedIn(inTime: Int32Array, { labels, antecedents }: Coreference): Coreference {
  const places = new Int32Array(inTime.length);
  inTime.forEach((event, place) => {
    places[event] = place;
  });
  return {
    labels: inTime.map((event) => places[labels[event]!]!),
    antecedents: inTime.map((event) => (antecedents[event]! < 0 ? antecedents[event]! : places[antecedents[event]!]!)),
  };
}

/** Documents in which an event is the same as another one than before. */
function changedDocuments(
  events: readonly PlacedEvent[],
  { antecedents }: Coreference,
  kept: KeptStoryline | null,
): Set<DocumentContent> {
  const changed = new Set<DocumentContent>();
  kept?.antecedents.forEach((before, event) => {
    if (before !== antecedents[event]) changed.add(events[event]!.document);
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
