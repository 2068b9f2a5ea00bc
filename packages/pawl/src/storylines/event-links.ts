import { causalPair } from './causality.ts';
import type { Coreference } from './coreference.ts';
import type { DocumentContent } from './document-sketch.ts';
import { eventEvidence, type PlacedEvent, type RelatedWords } from './evidence.ts';
import { type LinkWeights, relatedWordsOf } from './link-weights.ts';
import { contributionsOf, scoreOf } from './score.ts';
import type { EventPlace, Linkage } from './storyline.ts';

type Link = Omit<Linkage, 'storyline_id'>;

/** Days between two events after which the later one hardly follows the other any more: 1/e. */
const FOLLOWING_DAYS = 7;

/** Links by the document they belong to: that of the later of two mentions, that in which cause and effect are told. */
export interface EventLinks {
  readonly ofDocuments: ReadonlyMap<DocumentContent, readonly Link[]>;
  /** Those that depend on all documents of the story. */
  readonly ofStory: readonly Link[];
}

/**
 * The links between the events of a story, at most a few an event.
 * @param events in order of time
 * @param documents those whose links are wanted
 */
export function linkEvents(
  events: readonly PlacedEvent[],
  { labels, antecedents }: Coreference,
  documents: ReadonlySet<DocumentContent>,
  weights: LinkWeights,
): EventLinks {
  const related = relatedWordsOf(weights);
  const ofDocuments = new Map<DocumentContent, Link[]>(Array.from(documents, (document) => [document, []]));
  events.forEach((event, i) => {
    const before = antecedents[i]!;
    if (before >= 0) ofDocuments.get(event.document)?.push(sameEvent(events[before]!, event, weights, related));
  });
  for (const [document, links] of ofDocuments) links.push(...causes(document));
  return { ofDocuments, ofStory: followingEvents(events, labels) };
}

function sameEvent(first: PlacedEvent, again: PlacedEvent, weights: LinkWeights, related: RelatedWords): Link {
  const evidence = eventEvidence(first, again, related, weights.events.unrelatedCosine);
  return {
    source: placeOf(first),
    target: placeOf(again),
    link_type: 'coreference',
    similarity_score: rounded(scoreOf(evidence, weights.events)),
    bias: weights.events.bias,
    evidence: contributionsOf(evidence, weights.events).map((one) => ({
      ...one,
      value: rounded(one.value),
      adds: rounded(one.adds),
    })),
  };
}

/** Each event whose day is known with the next one of a later day, once for all mentions. */
function followingEvents(events: readonly PlacedEvent[], labels: Int32Array): Link[] {
  const told = new Map<number, PlacedEvent & { readonly on: number }>();
  events.forEach((placed, i) => {
    const { day } = placed.event;
    if (day !== null && !told.has(labels[i]!)) told.set(labels[i]!, { ...placed, on: day });
  });
  const inOrder = [...told.values()].sort((a, b) => a.on - b.on);
  return inOrder.flatMap((event, i): Link[] => {
    let after = i + 1;
    while (after < inOrder.length && inOrder[after]!.on === event.on) after += 1;
    const next = inOrder[after];
    if (next === undefined) return [];
    const closeness = rounded(Math.exp(-(next.on - event.on) / FOLLOWING_DAYS));
    return [
      {
        source: placeOf(event),
        target: placeOf(next),
        link_type: 'temporal',
        similarity_score: closeness,
        bias: null,
        evidence: [{ evidence: 'days_between', value: closeness, weight: 1, adds: closeness }],
      },
    ];
  });
}

function causes(document: DocumentContent): Link[] {
  const causal = document.events.entries().filter(([, { causality }]) => causality !== null);
  const sentences = Map.groupBy(causal, ([, { sentenceAt }]) => sentenceAt);
  return [...sentences.values()].flatMap((sentence): Link[] => {
    const pair = causalPair(sentence.map(([number, event]) => ({ number, event })));
    if (pair === null) return [];
    const [cause, effect] = [document.events[pair.cause]!, document.events[pair.effect]!];
    const sure = rounded(Math.min(cause.confidence, effect.confidence));
    return [
      {
        source: placeOf({ document, event: cause }),
        target: placeOf({ document, event: effect }),
        link_type: 'causal',
        similarity_score: sure,
        bias: null,
        evidence: [{ evidence: `marker: ${pair.marker}`, value: sure, weight: 1, adds: sure }],
      },
    ];
  });
}

function placeOf({ document, event }: PlacedEvent): EventPlace {
  return { event_id: event.eventId, document_id: document.documentId };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
