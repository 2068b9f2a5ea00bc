import type { DocumentResult, ExtractedEvent } from '../domain/result.ts';
import type { StageCall } from '../domain/stage-call.ts';
import type { EmbeddingModel } from '../models/embedding-model.ts';
import { titleOf } from './document-title.ts';
import { MAX_EVENTS } from './event-sketch.ts';
import { NO_MEANING } from './meaning.ts';

/** What an embedding model makes of a document and its events; empty where it refuses a text. */
export interface DocumentMeanings {
  readonly document: Int8Array;
  /** Of each event in its order. */
  readonly events: readonly Int8Array[];
}

/** A document says in its beginning what it is about, and every model has room for so much. */
const BEGINNING_CHARACTERS = 1_500;
const SENTENCE_CHARACTERS = 400;

/**
 * What an embedding model makes of each result.
 * @throws {StageError} when it does not give what it was asked for; the signal's reason when aborted
 */
export async function meaningsOf(
  results: readonly DocumentResult[],
  embeddings: EmbeddingModel,
  signal: AbortSignal,
  call: StageCall,
): Promise<DocumentMeanings[]> {
  const texts = results.map(meaningTexts);
  const { vectors } = await embeddings.embed(texts.flat(), signal, call);
  let next = 0;
  return texts.map((own) => {
    const first = next;
    next += own.length;
    const [document = NO_MEANING, ...events] = vectors.slice(first, next).map((vector) => vector ?? NO_MEANING);
    return { document, events };
  });
}

/** The texts whose meanings count: that of the document, then those of its events; never empty. */
export function meaningTexts(result: DocumentResult): readonly string[] {
  const beginning = result.original_text.slice(0, BEGINNING_CHARACTERS).trim();
  const document = [titleOf(result), beginning].filter(Boolean).join('\n');
  return [document || result.document_id, ...result.events.slice(0, MAX_EVENTS).map(eventText)];
}

/** What happened, and the sentence it is told in: two events of one sentence are not one. */
function eventText({ trigger, metadata }: ExtractedEvent): string {
  const sentence = metadata.source_sentence.replaceAll(/\s+/g, ' ').trim();
  return `${trigger.text}: ${sentence.slice(0, SENTENCE_CHARACTERS)}`;
}
