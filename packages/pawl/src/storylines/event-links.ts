import { causalPair } from './causality.ts';
import type { Coreference } from './coreference.ts';
import { eventEvidence, type PlacedEvent, type RelatedWords } from './evidence.ts';
import type { LinkWeights } from './link-weights.ts';
import { contributionsOf } from './score.ts';
import type { EventPlace, Linkage } from './storyline.ts';

type Link = Omit<Linkage, 'storyline_id'>;

/** Days between two events after which the later one hardly follows the other any more: 1/e. */
const FOLLOWING_DAYS = 7;

/** The links between the events of a story, at most a few an event. @param events in order of time */
export function linkEvents(
  events: readonly PlacedEvent[],
  coreference: Coreference,
  weights: LinkWeights,
  related: RelatedWords,
): Link[] {
  return [
    ...sameEvents(events, coreference, weights, related),
    ...followingEvents(events, coreference.labels),
    ...causes(events),
  ];
}

/** Each mention with the one before it that is most like it. */
function sameEvents(
  events: readonly PlacedEvent[],
  { labels, edges }: Coreference,
  weights: LinkWeights,
  related: RelatedWords,
): Link[] {
  const best = new Map<number, { a: number; score: number }>();
  edges.forEach((a, b, score) => {
    if (labels[a] !== labels[b]) return;
    const known = best.get(b);
    if (known === undefined || score > known.score || (score === known.score && a < known.a)) best.set(b, { a, score });
  });
  return [...best]
    .sort(([x], [y]) => x - y)
    .map(([b, { a, score }]) => ({
      source: placeOf(events[a]!),
      target: placeOf(events[b]!),
      link_type: 'coreference',
      similarity_score: rounded(score),
      bias: weights.events.bias,
      evidence: contributionsOf(
        eventEvidence(events[a]!, events[b]!, related, weights.events.unrelatedCosine),
        weights.events,
      ).map((one) => ({
        ...one,
        value: rounded(one.value),
        adds: rounded(one.adds),
      })),
    }));
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
    const next = inOrder.slice(i + 1).find(({ on }) => on > event.on);
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

function causes(events: readonly PlacedEvent[]): Link[] {
  const sentences = new Map<string, { number: number; event: PlacedEvent['event'] }[]>();
  events.forEach(({ document, event }, number) => {
    if (event.causality === null) return;
    const sentence = `${event.sentenceAt} ${document.documentId}`;
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), { number, event }]);
  });
  return [...sentences.values()].flatMap((sentence): Link[] => {
    const pair = causalPair(sentence);
    if (pair === null) return [];
    const [cause, effect] = [events[pair.cause]!, events[pair.effect]!];
    const sure = rounded(Math.min(cause.event.confidence, effect.event.confidence));
    return [
      {
        source: placeOf(cause),
        target: placeOf(effect),
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
