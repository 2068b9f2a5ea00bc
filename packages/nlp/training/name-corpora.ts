import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Iob2Sentence, type LabelledSpan, readIob2, spansOfTags } from '../evaluation/iob2.ts';
import { NAME_TYPES, type NameSpan, type NameType } from '../src/entities/names/biluo.ts';

/** A training sentence: its words, its names, and how much its source is to be trusted. */
export interface NameExample {
  readonly words: readonly string[];
  readonly spans: readonly NameSpan[];
  /** Whether it follows the target guidelines (Universal NER) or those of another corpus. */
  readonly target: boolean;
  readonly weight: number;
}

/** Sentences of one text, in order. */
export type NameDocument = readonly NameExample[];

/** Labels that mean MISC in the corpora that have such a thing. */
const MISC_LABELS = new Set(['MISC', 'OTH', 'misc', 'event', 'election', 'conference']);

function nameSpan(span: LabelledSpan): NameSpan[] {
  const type = MISC_LABELS.has(span.label) ? 'MISC' : span.label;
  if (!(NAME_TYPES as readonly string[]).includes(type)) return [];
  return [{ first: span.first, last: span.last, type: type as NameType }];
}

/** CrossNER's own column adds the MISC-like types that its mapped column leaves out. */
function allSpans(sentence: Iob2Sentence): NameSpan[] {
  const extra = spansOfTags(sentence.extra).filter((span) => MISC_LABELS.has(span.label));
  return [...sentence.spans, ...extra].flatMap(nameSpan);
}

function groupDocuments(sentences: readonly Iob2Sentence[], target: boolean, weight: number): NameDocument[] {
  const documents: NameExample[][] = [];
  const hasDocuments = sentences.some((sentence) => sentence.startsDocument);
  for (const sentence of sentences) {
    const example = { words: sentence.words, spans: allSpans(sentence), target, weight };
    if (sentence.startsDocument || !hasDocuments || documents.length === 0) documents.push([example]);
    else documents.at(-1)!.push(example);
  }
  return documents;
}

interface Source {
  readonly path: string;
  readonly target: boolean;
  readonly weight: number;
}

const SOURCES: readonly Source[] = [
  { path: 'uner-english-ewt/en_ewt-ud-train.with-oth.iob2', target: true, weight: 1 },
  { path: 'ud-english-gum/en_gum-free-train.names.iob2', target: false, weight: 0.5 },
  { path: 'wikigold/wikigold.iob2', target: false, weight: 0.5 },
  { path: 'crossner/crossner.train.iob2', target: false, weight: 0.5 },
  { path: 'crossner/crossner.dev.iob2', target: false, weight: 0.5 },
];

/** Every so many target documents are read a second time in lower case: people write names without capitals, too. */
const LOWER_CASED_EVERY = 5;
/** Longer documents are edited text. */
const MAX_LOWER_CASED_SENTENCES = 200;

const lowerCased = (document: NameDocument): NameDocument =>
  document.map((example) => ({ ...example, words: example.words.map((word) => word.toLowerCase()) }));

/** Lower-cased copies of some documents. */
export function lowerCasedCopies(documents: readonly NameDocument[]): NameDocument[] {
  return documents
    .filter((document) => document[0]!.target && document.length < MAX_LOWER_CASED_SENTENCES)
    .filter((_, i) => i % LOWER_CASED_EVERY === 0)
    .map(lowerCased);
}

/** All name-annotated training documents under the data directory. */
export function readNameCorpora(dataDirectory: string): NameDocument[] {
  return SOURCES.flatMap(({ path, target, weight }) =>
    groupDocuments(readIob2(readFileSync(join(dataDirectory, path), 'utf8')), target, weight),
  );
}
