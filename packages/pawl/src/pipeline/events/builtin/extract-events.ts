import type { Document, English, Entity, Sentence } from '@pawl/nlp';
import type { EventArgument, ExtractedEvent, Span } from '../../../domain/result.ts';
import type { Taxonomy } from '../../../domain/taxonomy.ts';
import { type FoundArgument, findArguments } from './arguments.ts';
import { findCausality } from './causality.ts';
import { type CueCounts, countCues, countDocumentCues, domainOf } from './domain.ts';
import { buildSentenceGraph } from './sentence-graph.ts';
import { sentimentOf } from './sentiment.ts';
import { findTriggers, type Trigger } from './triggers.ts';

const MAX_EVENTS_PER_SENTENCE = 20;
/** Sentences beyond this many words are lists or tables, and no patterns fit them. */
const MAX_SENTENCE_TOKENS = 400;

export interface EventInput {
  /** Parsed, with its entities. */
  readonly document: Document;
  readonly taxonomy: Taxonomy;
  /** The trained classifier: the chance that a word tells of an event. */
  readonly eventProbability: English['eventProbability'];
}

/** An event with what found it: its word of the lexicon, its arguments in the tree. */
export interface FoundEvent {
  readonly sentence: Sentence;
  readonly trigger: Trigger;
  /** The classifier's chance that the trigger tells of an event. */
  readonly probability: number;
  readonly arguments: readonly FoundArgument[];
}

/**
 * Events by a lexicon and dependency patterns, of words that a trained classifier takes for events: deterministic, one
 * trigger an event. Ids count from `e1` within the document.
 */
export function extractEvents(input: EventInput): ExtractedEvent[] {
  return findEvents(input).map(({ extracted }) => extracted);
}

/** The events of a document, each with what it was read off, in the order of the text. */
export function findEvents({
  document,
  taxonomy,
  eventProbability,
}: EventInput): { readonly extracted: ExtractedEvent; readonly found: FoundEvent }[] {
  const documentCues = countDocumentCues(document);
  const entities = [...document.entities].sort((a, b) => a.start - b.start);
  return document.sentences
    .filter(({ tokens }) => tokens.length <= MAX_SENTENCE_TOKENS)
    .flatMap((sentence) => eventsOf(sentence, entitiesWithin(entities, sentence), eventProbability))
    .filter(({ trigger }) => taxonomy.eventTypes.includes(trigger.entry.type))
    .map((found, index) => ({
      found,
      extracted: toExtractedEvent(document, found, `e${index + 1}`, documentCues, taxonomy),
    }));
}

function eventsOf(
  sentence: Sentence,
  entities: readonly Entity[],
  eventProbability: EventInput['eventProbability'],
): FoundEvent[] {
  const graph = buildSentenceGraph(sentence, entities);
  const events = findTriggers(graph)
    .map((trigger) => ({ trigger, probability: eventProbability(sentence, entities, trigger.token.index) }))
    .filter(({ trigger, probability }) => probability >= trigger.entry.leastProbability)
    .map((judged) => ({ ...judged, sentence, arguments: findArguments(graph, judged.trigger.token) }));
  return withoutRepeats(events).slice(0, MAX_EVENTS_PER_SENTENCE);
}

/** "hold talks": the verb and its object tell of one event. */
function withoutRepeats(events: readonly FoundEvent[]): FoundEvent[] {
  return events.filter(({ trigger }) => {
    const above = events.find((other) => other.trigger.token.index === trigger.token.head);
    return (
      above === undefined || above.trigger.entry.type !== trigger.entry.type || above.trigger.token === trigger.token
    );
  });
}

function entitiesWithin(entities: readonly Entity[], { start, end }: Sentence): Entity[] {
  let low = 0;
  for (let high = entities.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (entities[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const within: Entity[] = [];
  for (let i = low; i < entities.length && entities[i]!.start < end; i++) within.push(entities[i]!);
  return within;
}

function toExtractedEvent(
  document: Document,
  event: FoundEvent,
  eventId: string,
  documentCues: CueCounts,
  taxonomy: Taxonomy,
): ExtractedEvent {
  const { sentence, trigger } = event;
  const sourceSentence = document.text.slice(sentence.start, sentence.end);
  const sentenceCues = countCues(sentence.tokens.map(({ lemma }) => lemma));
  const roles = event.arguments.filter(({ role }) => taxonomy.roles.includes(role));
  return {
    event_id: eventId,
    event_type: trigger.entry.type,
    trigger: { ...triggerSpan(document.text, trigger), lemma: trigger.lemma },
    arguments: roles.map((argument) => toArgument(document.text, argument)),
    domain: domainOf(trigger.entry.type, sentenceCues, documentCues, taxonomy.domains),
    temporal_reference: temporalReference(document, event),
    metadata: {
      sentiment: sentimentOf(sentence.tokens),
      causality: findCausality(sourceSentence),
      confidence: confidenceOf(event),
      source_sentence: sourceSentence,
      source_chunk_index: 0,
    },
  };
}

/** The verb with its particle when the two stand together. */
function triggerSpan(text: string, { token, particle }: Trigger): Span {
  const end = particle !== undefined && particle.index === token.index + 1 ? particle.end : token.end;
  return { text: text.slice(token.start, end), start_char: token.start, end_char: end };
}

function toArgument(text: string, { role, start, end, entityType, confidence }: FoundArgument): EventArgument {
  const span = { text: text.slice(start, end), start_char: start, end_char: end };
  return {
    argument_role: role,
    entity: entityType === undefined ? span : { ...span, type: entityType },
    confidence: round(confidence),
  };
}

/** The event's own time, else the only date of its sentence; resolved where the recogniser could resolve it. */
function temporalReference(document: Document, { arguments: args, sentence }: FoundEvent): string | null {
  const own = args.find(({ role }) => role === 'time');
  const dates = document.entities.filter(
    ({ type, start, end }) => (type === 'DATE' || type === 'TIME') && start >= sentence.start && end <= sentence.end,
  );
  const date =
    own === undefined ? (dates.length === 1 ? dates[0] : undefined) : dates.find(({ start }) => start === own.start);
  if (date !== undefined) return date.normalizedForm ?? date.text;
  return own === undefined ? null : document.text.slice(own.start, own.end);
}

/** The word's own strength, less for what the classifier doubts, is denied or supposed, more for each of the two main participants. */
function confidenceOf({ trigger, probability, arguments: args }: FoundEvent): number {
  const participants = (['agent', 'patient'] as const).filter((role) =>
    args.some((argument) => argument.role === role),
  );
  const completeness = 0.8 + 0.1 * participants.length;
  const certainty = (1 + probability) / 2;
  return round(trigger.entry.strength * certainty * completeness * (trigger.isAsserted ? 1 : 0.5));
}

function round(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
