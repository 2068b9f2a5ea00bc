import type { Document, English, Entity, Sentence, Token } from '@pawl/nlp';
import type { DocumentResult, EventArgument, ExtractedEvent } from '../src/domain/result.ts';
import { findArguments } from '../src/pipeline/events/builtin/arguments.ts';
import { NOUN_LEXICON, VERB_LEXICON } from '../src/pipeline/events/builtin/lexicon.ts';
import { buildSentenceGraph } from '../src/pipeline/events/builtin/sentence-graph.ts';

/** A line of a file in the shape of ECB+ as JSON lines (Cybulska & Vossen 2014). */
interface EcbLine {
  readonly doc_id: string;
  readonly topic: number;
  readonly subtopic: string;
  readonly sentences: readonly (readonly string[])[];
  readonly mentions: readonly EcbMention[];
}

interface EcbMention {
  readonly type: string;
  readonly sentence: number;
  readonly tokens: readonly number[];
  readonly chain: string;
  readonly checked: boolean;
}

/** A document with what is to be found in it. */
export interface GoldDocument {
  readonly topic: string;
  /** The gold story. */
  readonly subtopic: string;
  /** As the pipeline would give it, but with the gold mentions for events. */
  readonly result: DocumentResult;
  /** The gold cluster of each event, by event id. */
  readonly chains: ReadonlyMap<string, string>;
}

/** Reads a file and analyses its tokens; mentions are the checked event mentions. @throws {Error} naming the line that is none of ECB+ */
export function readEcbPlus(content: string, english: English): GoldDocument[] {
  return content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => toGoldDocument(parseLine(line, i + 1), english));
}

function parseLine(line: string, number: number): EcbLine {
  const shape = `Line ${number} is not a document of the shape of ECB+ (doc_id, subtopic, sentences, mentions).`;
  let value: Partial<EcbLine>;
  try {
    value = JSON.parse(line) as Partial<EcbLine>;
  } catch (error) {
    throw new Error(shape, { cause: error });
  }
  if (typeof value?.doc_id !== 'string' || !Array.isArray(value.sentences) || !Array.isArray(value.mentions))
    throw new Error(shape);
  return value as EcbLine;
}

function toGoldDocument({ doc_id, topic, subtopic, sentences, mentions }: EcbLine, english: English): GoldDocument {
  const document = english.parseTokens(sentences);
  const places = new TokenPlaces(sentences, document);
  const chains = new Map<string, string>();
  const events = mentions
    .filter(({ type, checked }) => checked && /^(?:NEG_)?ACTION/.test(type))
    .map((mention, i) => {
      const eventId = `${doc_id}#${i + 1}`;
      chains.set(eventId, mention.chain);
      return toEvent(eventId, mention, places, document);
    });
  return { topic: String(topic), subtopic, result: toResult(doc_id, document, events), chains };
}

function toResult(documentId: string, document: Document, events: readonly ExtractedEvent[]): DocumentResult {
  return {
    document_id: documentId,
    batch_id: 'evaluation',
    job_id: '00000000-0000-4000-8000-000000000000',
    processed_at: new Date(0).toISOString(),
    normalized_date: null,
    original_text: document.text,
    source_document: {},
    extracted_entities: document.entities.map(({ text, type, start, end, confidence, normalizedForm }) => ({
      text,
      type,
      start_char: start,
      end_char: end,
      confidence,
      ...(normalizedForm === undefined ? {} : { normalized_form: normalizedForm }),
    })),
    extracted_soa_triplets: [],
    events,
    processing_metadata: { stages: {}, attempts: 1 },
  };
}

function toEvent(eventId: string, mention: EcbMention, places: TokenPlaces, document: Document): ExtractedEvent {
  const found = mention.tokens.map((token) => places.at(mention.sentence, token));
  const { sentence } = found[0]!;
  const tokens = found.map(({ token }) => token);
  const head = headOf(tokens);
  const [start, end] = [tokens[0]!.start, tokens.at(-1)!.end];
  const within = document.entities.filter((entity) => entity.start >= sentence.start && entity.end <= sentence.end);
  return {
    event_id: eventId,
    event_type: typeOf(head),
    trigger: { text: document.text.slice(start, end), start_char: start, end_char: end, lemma: head.lemma },
    arguments: argumentsOf(head, sentence, within, document.text),
    domain: '',
    temporal_reference: null,
    metadata: {
      sentiment: 'neutral',
      causality: null,
      confidence: 1,
      source_sentence: document.text.slice(sentence.start, sentence.end),
      source_chunk_index: 0,
    },
  };
}

/** The token whose head is outside the mention. */
function headOf(tokens: readonly Token[]): Token {
  const inside = new Set(tokens.map(({ index }) => index));
  return tokens.find(({ head }) => !inside.has(head)) ?? tokens[0]!;
}

/** What the lexicon of the built-in events calls the word; empty when it has no type of its own. */
function typeOf({ lemma, upos }: Token): string {
  const lexicon = upos === 'VERB' ? VERB_LEXICON : NOUN_LEXICON;
  return lexicon.get(lemma.toLowerCase())?.find(({ conditions }) => conditions.length === 0)?.type ?? '';
}

function argumentsOf(head: Token, sentence: Sentence, entities: readonly Entity[], text: string): EventArgument[] {
  return findArguments(buildSentenceGraph(sentence, entities), head).map(
    ({ role, start, end, entityType, confidence }) => ({
      argument_role: role,
      entity: {
        text: text.slice(start, end),
        start_char: start,
        end_char: end,
        ...(entityType === undefined ? {} : { type: entityType }),
      },
      confidence,
    }),
  );
}

interface PlacedToken {
  readonly sentence: Sentence;
  readonly token: Token;
}

/** Finds the analysed token of a token of the file; long sentences are analysed in pieces. */
class TokenPlaces {
  readonly #starts: readonly (readonly number[])[];
  readonly #tokens = new Map<number, PlacedToken>();

  constructor(sentences: readonly (readonly string[])[], document: Document) {
    let length = 0;
    this.#starts = sentences.map((words) =>
      words.map((word) => {
        const start = length;
        length += word.length + 1;
        return start;
      }),
    );
    for (const sentence of document.sentences) {
      for (const token of sentence.tokens) this.#tokens.set(token.start, { sentence, token });
    }
  }

  at(sentence: number, token: number): PlacedToken {
    const placed = this.#tokens.get(this.#starts[sentence]?.[token] ?? -1);
    if (placed === undefined) throw new Error(`There is no token ${token} in sentence ${sentence}.`);
    return placed;
  }
}
