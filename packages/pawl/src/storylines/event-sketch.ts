import type { DocumentResult, EventArgument, ExtractedEvent } from '../domain/result.ts';
import { dayOf } from './day.ts';
import { NO_MEANING } from './meaning.ts';
import { type NamesInText, nameIn } from './names-in-text.ts';
import { hashOf, type SparseVector, sparseVector } from './sparse-vector.ts';
import type { WordRarity } from './word-rarity.ts';
import { readWords, stemOf, type Word } from './words.ts';

/** What linking knows of an event. */
export interface EventSketch {
  readonly eventId: string;
  readonly type: string;
  readonly domain: string;
  readonly lemma: string;
  readonly stem: string;
  /** 0 to 1, of its word: 1 for a word the collection does not have. */
  readonly rarity: number;
  /** Stems of the trigger's words, that of the event's word first. */
  readonly phrase: readonly string[];
  /** Day it is said to have happened; null when that is not known. */
  readonly day: number | null;
  readonly participants: SparseVector;
  readonly places: SparseVector;
  /** Whether a participant is named. */
  readonly namesSomebody: boolean;
  /** The words around it. */
  readonly context: SparseVector;
  /** What it means, as an embedding model has it; empty where none was asked. */
  readonly meaning: Int8Array;
  readonly sentence: string;
  /** Where the sentence is in the document, as far as it can be found; equal for events of one sentence. */
  readonly sentenceAt: number;
  /** Where the event's word is in the sentence. */
  readonly triggerAt: number;
  /** The marker of cause or effect in the sentence. */
  readonly causality: string | null;
  readonly confidence: number;
}

const PARTICIPANTS_SIZE = 16;
const PLACES_SIZE = 8;
const CONTEXT_SIZE = 16;
const CONTEXT_CHARACTERS = 60;
const MAX_SENTENCE = 400;
const MAX_PHRASE = 6;
/** Of one document; more are not linked. */
export const MAX_EVENTS = 500;
const PERSON_TYPES: ReadonlySet<string | undefined> = new Set(['PER', 'ORG', 'GPE', 'LOC']);

export interface EventSurroundings {
  readonly text: string;
  readonly words: readonly Word[];
  readonly names: NamesInText;
  readonly rarity: WordRarity;
  /** Of each event, or empty where no embedding model is asked. */
  readonly meanings: readonly Int8Array[];
}

export function sketchEvents(result: DocumentResult, surroundings: EventSurroundings): EventSketch[] {
  return result.events.slice(0, MAX_EVENTS).map((event, i) => sketchEvent(event, i, surroundings));
}

function sketchEvent(event: ExtractedEvent, i: number, surroundings: EventSurroundings): EventSketch {
  const { rarity, text, meanings } = surroundings;
  const { trigger, metadata } = event;
  const lemma = trigger.lemma.toLowerCase();
  const stem = stemOf(lemma);
  const sentenceAt = sentenceStart(text, metadata.source_sentence, trigger.start_char);
  const [places, participants] = argumentsOf(event);
  return {
    eventId: event.event_id,
    type: event.event_type,
    domain: event.domain,
    lemma,
    stem,
    rarity: rarity.of(stem) / rarity.highest,
    phrase: phraseOf(trigger.text, stem),
    day: event.temporal_reference === null ? null : dayOf(event.temporal_reference),
    participants: sparseVector(termsOf(participants, surroundings), PARTICIPANTS_SIZE),
    places: sparseVector(termsOf(places, surroundings), PLACES_SIZE),
    namesSomebody: participants.some(({ entity }) => PERSON_TYPES.has(entity.type)),
    context: sparseVector(contextOf(event, surroundings), CONTEXT_SIZE),
    meaning: meanings[i] ?? NO_MEANING,
    sentence: clip(metadata.source_sentence.replaceAll(/\s+/g, ' ').trim()),
    sentenceAt,
    triggerAt: trigger.start_char - sentenceAt,
    causality: metadata.causality,
    confidence: metadata.confidence,
  };
}

/** The stem of the event's word, and those of the others where there are several. */
function phraseOf(text: string, stem: string): string[] {
  const others = /\s/.test(text.trim()) ? readWords(text).map((word) => word.stem) : [];
  return [...new Set([stem, ...others])].slice(0, MAX_PHRASE);
}

/** The last place before the trigger where the sentence stands; the trigger's own where a provider gave other words. */
function sentenceStart(text: string, sentence: string, triggerAt: number): number {
  const at = sentence === '' ? -1 : text.lastIndexOf(sentence, triggerAt);
  return at < 0 ? triggerAt : at;
}

function argumentsOf({ arguments: all }: ExtractedEvent): [places: EventArgument[], participants: EventArgument[]] {
  return [
    all.filter(({ argument_role }) => argument_role === 'place'),
    all.filter(({ argument_role }) => argument_role !== 'place' && argument_role !== 'time'),
  ];
}

/** The words of arguments; a name in its fullest form, so that "King" and "Billy King" meet. */
function termsOf(all: readonly EventArgument[], { names, rarity }: EventSurroundings): Map<number, number> {
  const terms = new Map<number, number>();
  for (const { entity } of all) {
    const name = names.at(entity.start_char);
    const text = name === null ? entity.text : `${entity.text} ${nameIn(name)}`;
    for (const { stem } of readWords(text)) terms.set(hashOf(stem), rarity.of(stem));
  }
  return terms;
}

function contextOf({ trigger }: ExtractedEvent, { words, rarity }: EventSurroundings): Map<number, number> {
  const terms = new Map<number, number>();
  for (let i = firstFrom(words, trigger.start_char - CONTEXT_CHARACTERS); i < words.length; i++) {
    const { at, stem } = words[i]!;
    if (at >= trigger.end_char + CONTEXT_CHARACTERS) break;
    if (at < trigger.start_char || at >= trigger.end_char) terms.set(hashOf(stem), rarity.of(stem));
  }
  return terms;
}

function firstFrom(words: readonly Word[], at: number): number {
  let low = 0;
  for (let high = words.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (words[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function clip(text: string): string {
  return text.length <= MAX_SENTENCE ? text : `${text.slice(0, MAX_SENTENCE - 1)}…`;
}
