import type { DocumentContent, DocumentProfile } from './document-sketch.ts';
import type { EventSketch } from './event-sketch.ts';
import { meaningOf } from './meaning.ts';
import { cosine } from './sparse-vector.ts';

// Evidence that two documents tell one story, or two events are one. Each is 0 to 1; its weight times its value is what it
// adds to the log-odds, and nothing else goes into a score. Evidence that is not there (no date, no place) is 0 and adds nothing.

/** What may speak for or against two documents telling one story. */
export const DOCUMENT_EVIDENCE = [
  /** Their most telling words, by cosine. */
  'words',
  /** Their names, by cosine. */
  'names',
  /** What they begin with, by cosine. */
  'beginning',
  /** Their numbers, by cosine. */
  'numbers',
  /** How far the beginning of each is what the other is about. */
  'subject',
  /** Close in time: falls to 1/e in 7 days. */
  'same_days',
  /** What an embedding model says they mean, by the cosine beyond that of unrelated documents. */
  'meaning',
] as const;
export type DocumentEvidence = (typeof DOCUMENT_EVIDENCE)[number];

/** What may speak for or against two events being one. */
export const EVENT_EVIDENCE = [
  /** The same word. */
  'same_word',
  /** How rare that word is. */
  'rare_word',
  /** Words that begin alike, as "explode" and "explosion". */
  'kindred_word',
  /** The words of phrases, by Dice's coefficient. */
  'phrase',
  /** Words that were seen to tell of one event, as "arrest" and "capture". */
  'related_words',
  'same_type',
  'other_type',
  /** Who takes part, by cosine. */
  'participants',
  /** Both name somebody, and nobody is named by both. */
  'other_participants',
  /** Where, by cosine. */
  'places',
  /** The same time: falls to 1/e in 7 days. */
  'same_time',
  'other_time',
  /** The words around, by cosine. */
  'context',
  'same_domain',
  'same_document',
  'same_sentence',
  /** What an embedding model says they mean, by the cosine beyond that of unrelated events; of one sentence it tells nothing. */
  'meaning',
] as const;
export type EventEvidence = (typeof EVENT_EVIDENCE)[number];

/** Days after which closeness in time is 1/e. */
const CLOSE_DAYS = 7;
/** What events are called that nobody gave a type. */
const UNTYPED = '';
const MIN_KINDRED = 4;

/** How words are related that tell of one event, 0 to 1. */
export type RelatedWords = (stem: string, other: string) => number;

/** @param unrelated cosine of the meanings of documents that have nothing to do with each other */
export function documentEvidence(
  a: DocumentProfile,
  b: DocumentProfile,
  unrelated: number,
): Record<DocumentEvidence, number> {
  const days = a.day === null || b.day === null ? null : Math.abs(a.day - b.day);
  return {
    words: cosine(a.about, b.about),
    names: cosine(a.names, b.names),
    beginning: cosine(a.lead, b.lead),
    numbers: cosine(a.numbers, b.numbers),
    subject: (cosine(a.lead, b.about) + cosine(b.lead, a.about)) / 2,
    same_days: days === null ? 0 : Math.exp(-days / CLOSE_DAYS),
    meaning: meaningOf(a.meaning, b.meaning, unrelated),
  };
}

/** An event and the document it is told in. */
export interface PlacedEvent {
  readonly document: DocumentContent;
  readonly event: EventSketch;
}

/** @param unrelated cosine of the meanings of events that have nothing to do with each other */
export function eventEvidence(
  { document: documentA, event: a }: PlacedEvent,
  { document: documentB, event: b }: PlacedEvent,
  related: RelatedWords,
  unrelated: number,
): Record<EventEvidence, number> {
  const isSame = a.stem === b.stem || a.lemma === b.lemma;
  const participants = cosine(a.participants, b.participants);
  const areTyped = a.type !== UNTYPED && b.type !== UNTYPED;
  const days = a.day === null || b.day === null ? null : Math.abs(a.day - b.day);
  const inOneDocument = documentA === documentB;
  const inOneSentence = inOneDocument && a.sentenceAt === b.sentenceAt;
  return {
    same_word: isSame ? 1 : 0,
    rare_word: isSame ? Math.min(a.rarity, b.rarity) : 0,
    kindred_word: isSame ? 0 : kinship(a.lemma, b.lemma),
    phrase: dice(a.phrase, b.phrase),
    related_words: isSame ? 0 : related(a.stem, b.stem),
    same_type: areTyped && a.type === b.type ? 1 : 0,
    other_type: areTyped && a.type !== b.type ? 1 : 0,
    participants,
    other_participants: a.namesSomebody && b.namesSomebody && participants === 0 ? 1 : 0,
    places: cosine(a.places, b.places),
    same_time: days === null ? 0 : Math.exp(-days / CLOSE_DAYS),
    other_time: days === null ? 0 : 1 - Math.exp(-days / CLOSE_DAYS),
    context: cosine(a.context, b.context),
    same_domain: a.domain !== UNTYPED && a.domain === b.domain ? 1 : 0,
    same_document: inOneDocument ? 1 : 0,
    same_sentence: inOneSentence ? 1 : 0,
    meaning: inOneSentence ? 0 : meaningOf(a.meaning, b.meaning, unrelated),
  };
}

function kinship(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  let common = 0;
  while (common < longer && a[common] === b[common]) common += 1;
  return common < MIN_KINDRED ? 0 : common / longer;
}

function dice(a: readonly string[], b: readonly string[]): number {
  if (a.length + b.length === 0) return 0;
  return (2 * a.filter((word) => b.includes(word)).length) / (a.length + b.length);
}
