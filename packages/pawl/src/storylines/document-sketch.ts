import type { DocumentResult, ExtractedEntity } from '../domain/result.ts';
import { dayOf } from './day.ts';
import type { DocumentMeanings } from './document-meanings.ts';
import { MAX_TITLE, titleOf } from './document-title.ts';
import { type EventSketch, sketchEvents } from './event-sketch.ts';
import { meaningKeys, NO_MEANING } from './meaning.ts';
import { NamesInText, nameIn } from './names-in-text.ts';
import { hashOf, type SparseVector, sparseVector } from './sparse-vector.ts';
import type { WordRarity } from './word-rarity.ts';
import { readWords, type Word } from './words.ts';

/** What tells whether two documents tell one story. */
export interface DocumentProfile {
  /** Days since the epoch; null when the document has no date. */
  readonly day: number | null;
  /** The document's most telling words, names before others. */
  readonly about: SparseVector;
  readonly names: SparseVector;
  /** The words it begins with. */
  readonly lead: SparseVector;
  /** But for years: every text of one has it. */
  readonly numbers: SparseVector;
  /** What it means, as an embedding model has it; empty where none was asked. */
  readonly meaning: Int8Array;
}

/** What a storyline tells of a document. */
export interface DocumentContent {
  readonly documentId: string;
  /** Days since the epoch; null when the document has no date. */
  readonly day: number | null;
  /** The document's own title, else how its text begins. */
  readonly title: string;
  /** Names it speaks of most. */
  readonly entities: readonly SketchedEntity[];
  readonly events: readonly EventSketch[];
}

/** What linking knows of a document: a function of its result alone, so that it is made once and kept. */
export interface DocumentSketch extends DocumentProfile, DocumentContent {
  readonly day: number | null;
  /** Under which others may find it; see {@link WindowIndex}. */
  readonly keys: Uint32Array;
}

export interface SketchedEntity {
  readonly name: string;
  readonly type: string;
  readonly mentions: number;
}

const ABOUT_SIZE = 60;
const NAMES_SIZE = 20;
const LEAD_SIZE = 30;
const NUMBERS_SIZE = 15;
const KEY_TERMS = 24;
/** Common words tell something in pairs. */
const PAIRED_TERMS = 6;
/** Documents of one story mean what is close: two of these keys in common are likely from a cosine of 0.7 on. */
const DOCUMENT_TABLES = 24;
/** Names and numbers count in full where there are several: in rarest words. */
const DAMPING = 2;
const YEAR = /^(?:19|20)\d\d$/;
const LEAD_CHARACTERS = 600;
const MAX_ENTITIES = 8;
/** A mention by name counts as much as this many other mentions of the word. */
const NAME_FACTOR = 3;
/** What a document has to say is said in its first pages; the cost of a sketch stays bounded. */
const MAX_TEXT = 20_000;

/** @param meanings of the document and its events; null where no embedding model is asked */
export function sketchDocument(
  result: DocumentResult,
  rarity: WordRarity,
  meanings: DocumentMeanings | null,
): DocumentSketch {
  const text = result.original_text.slice(0, MAX_TEXT);
  const title = titleOf(result);
  const words = readWords(text);
  const names = new NamesInText(result.extracted_entities);
  const profile = profileOf(words, names, rarity);
  const day = result.normalized_date === null ? null : dayOf(result.normalized_date);
  return {
    documentId: result.document_id,
    day,
    title: title ?? beginningOf(text),
    about: sparseVector(profile.about, ABOUT_SIZE),
    names: sparseVector(profile.names, NAMES_SIZE, DAMPING * rarity.highest),
    lead: sparseVector(leadOf(title ?? '', words, rarity), LEAD_SIZE),
    numbers: sparseVector(profile.numbers, NUMBERS_SIZE, DAMPING * rarity.highest),
    meaning: meanings?.document ?? NO_MEANING,
    keys: keysOf(profile.about, meanings?.document ?? NO_MEANING),
    entities: mainEntities(result.extracted_entities),
    events: sketchEvents(result, { text, words, names, rarity, meanings: meanings?.events ?? [] }),
  };
}

interface Profile {
  readonly about: Map<number, number>;
  readonly names: Map<number, number>;
  readonly numbers: Map<number, number>;
}

function profileOf(words: readonly Word[], names: NamesInText, rarity: WordRarity): Profile {
  const seen = new Map<string, { count: number; inNames: number; isNumber: boolean }>();
  for (const { stem, at, isNumber } of words) {
    const entry = seen.get(stem) ?? { count: 0, inNames: 0, isNumber };
    entry.count += 1;
    if (names.covers(at)) entry.inNames += 1;
    seen.set(stem, entry);
  }
  const profile: Profile = { about: new Map(), names: new Map(), numbers: new Map() };
  for (const [stem, { count, inNames, isNumber }] of seen) {
    const term = hashOf(stem);
    const rare = rarity.of(stem);
    profile.about.set(term, (1 + Math.log(count + (NAME_FACTOR - 1) * inNames)) * rare);
    if (2 * inNames >= count) profile.names.set(term, (1 + Math.log(count)) * rare);
    if (isNumber && !YEAR.test(stem)) profile.numbers.set(term, rare);
  }
  return profile;
}

function leadOf(title: string, words: readonly Word[], rarity: WordRarity): Map<number, number> {
  const lead = new Map<number, number>();
  for (const { stem } of readWords(title)) lead.set(hashOf(stem), rarity.of(stem));
  for (const { stem, at } of words) {
    if (at >= LEAD_CHARACTERS) break;
    lead.set(hashOf(stem), rarity.of(stem));
  }
  return lead;
}

function keysOf(about: ReadonlyMap<number, number>, meaning: Int8Array): Uint32Array {
  const terms = [...about]
    .filter(([, weight]) => weight > 0)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, KEY_TERMS)
    .map(([term]) => term);
  const keys = new Set([...terms, ...meaningKeys(meaning, DOCUMENT_TABLES)]);
  const paired = terms.slice(0, PAIRED_TERMS).sort((a, b) => a - b);
  paired.forEach((first, i) => {
    for (const second of paired.slice(i + 1)) keys.add(hashOf(`${first} ${second}`));
  });
  return Uint32Array.from(keys).sort();
}

const NAME_TYPES: ReadonlySet<string> = new Set(['PER', 'ORG', 'GPE', 'LOC', 'EVENT', 'MISC']);

function mainEntities(entities: readonly ExtractedEntity[]): SketchedEntity[] {
  const found = new Map<string, { name: string; type: string; mentions: number }>();
  for (const entity of entities) {
    if (!NAME_TYPES.has(entity.type)) continue;
    const name = nameIn(entity);
    const key = name.toLowerCase();
    const known = found.get(key);
    if (known === undefined) found.set(key, { name, type: entity.type, mentions: 1 });
    else known.mentions += 1;
  }
  return [...found.values()]
    .sort((a, b) => b.mentions - a.mentions || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_ENTITIES);
}

function beginningOf(text: string): string {
  const line = text.trim().split(/\n/, 1)[0] ?? '';
  const sentence = /^.{20,}?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
  return sentence.length <= MAX_TITLE ? sentence : `${sentence.slice(0, MAX_TITLE - 1)}…`;
}
