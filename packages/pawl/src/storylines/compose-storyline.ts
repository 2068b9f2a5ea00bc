import type { Coreference } from './coreference.ts';
import { dateOf } from './day.ts';
import type { DocumentContent } from './document-sketch.ts';
import type { PlacedEvent } from './evidence.ts';
import type { KeyEvent, Storyline } from './storyline.ts';

const MAX_KEY_EVENTS = 6;
const MAX_SUMMARY_SENTENCES = 3;
const MAX_ENTITIES = 8;

export interface StoryParts {
  readonly storylineId: string;
  /** In order of time. */
  readonly documents: readonly DocumentContent[];
  /** How likely each of the documents tells the same story as the others, on average. */
  readonly likelihoods: readonly number[];
  /** In order of time. */
  readonly events: readonly PlacedEvent[];
  readonly coreference: Coreference;
}

/** Puts together what is said of a storyline, all of it taken from its documents. */
export function composeStoryline(parts: StoryParts): Storyline {
  const { documents, events } = parts;
  const keyEvents = keyEventsOf(parts);
  const { central, confidence } = closeness(parts);
  return {
    storyline_id: parts.storylineId,
    title: documents[central]!.title,
    summary: summaryOf(keyEvents, documents[central]!),
    primary_entities: primaryEntities(documents),
    domain: mostFrequent(events.map(({ event }) => event.domain).filter((domain) => domain !== '')),
    temporal_span: spanOf(documents),
    document_ids: documents.map(({ documentId }) => documentId),
    event_ids: events.map(({ event }) => event.eventId),
    key_events: keyEvents,
    confidence,
  };
}

/** The document that is likeliest to tell the same story as the others, and the mean likelihood of all. */
function closeness({ likelihoods }: StoryParts): { central: number; confidence: number } {
  const highest = likelihoods.reduce((max, one) => Math.max(max, one), 0);
  const mean = likelihoods.reduce((sum, one) => sum + one, 0) / likelihoods.length;
  return { central: likelihoods.indexOf(highest), confidence: Math.round(1000 * mean) / 1000 };
}

function keyEventsOf({ events, coreference }: StoryParts): KeyEvent[] {
  const groups = Map.groupBy(events.keys(), (i) => coreference.labels[i]!);
  const rated = [...groups.values()].map((mentions) => {
    const documents = new Set(mentions.map((i) => events[i]!.document)).size;
    const first = mentions.find((i) => events[i]!.event.day !== null) ?? mentions[0]!;
    return { first, documents, mentions: mentions.length, confidence: events[first]!.event.confidence };
  });
  return rated
    .sort(
      (a, b) =>
        b.documents - a.documents || b.mentions - a.mentions || b.confidence - a.confidence || a.first - b.first,
    )
    .slice(0, MAX_KEY_EVENTS)
    .sort((a, b) => a.first - b.first)
    .map(({ first, documents }) => toKeyEvent(events[first]!, documents));
}

function toKeyEvent({ document, event }: PlacedEvent, documents: number): KeyEvent {
  const day = event.day ?? document.day;
  return {
    event_id: event.eventId,
    document_id: document.documentId,
    event_type: event.type,
    date: day === null ? null : dateOf(day),
    sentence: event.sentence,
    documents,
  };
}

/** Sentences of what most documents tell of; without events, the title again. */
function summaryOf(keyEvents: readonly KeyEvent[], central: DocumentContent): string {
  const chosen = new Set(
    keyEvents
      .toSorted((a, b) => b.documents - a.documents)
      .map(({ sentence }) => sentence)
      .filter((sentence) => sentence !== ''),
  );
  const told = [...chosen].slice(0, MAX_SUMMARY_SENTENCES);
  const inOrder = keyEvents
    .map(({ sentence }) => sentence)
    .filter((sentence, i, all) => told.includes(sentence) && all.indexOf(sentence) === i);
  return inOrder.length === 0 ? central.title : inOrder.join(' ');
}

function primaryEntities(documents: readonly DocumentContent[]): Storyline['primary_entities'] {
  const found = new Map<string, { name: string; type: string; documents: number; mentions: number }>();
  for (const { entities } of documents) {
    for (const { name, type, mentions } of entities) {
      const known = found.get(name.toLowerCase());
      if (known === undefined) found.set(name.toLowerCase(), { name, type, documents: 1, mentions });
      else {
        known.documents += 1;
        known.mentions += mentions;
      }
    }
  }
  return [...found.values()]
    .sort((a, b) => b.documents - a.documents || b.mentions - a.mentions || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_ENTITIES)
    .map(({ name, type, documents: count }) => ({ name, type, documents: count }));
}

function spanOf(documents: readonly DocumentContent[]): Storyline['temporal_span'] {
  const days = documents.map(({ day }) => day).filter((day) => day !== null);
  if (days.length === 0) return null;
  return { start: dateOf(Math.min(...days)), end: dateOf(Math.max(...days)) };
}

function mostFrequent(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? null;
}
