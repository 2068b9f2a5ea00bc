import { hash } from 'node:crypto';
import type { InputDocument, Json } from '../domain/document.ts';
import {
  type DocumentResult,
  type ExtractedEntity,
  type ExtractedEvent,
  type SoaTriplet,
  type StageMetadata,
  untrueSpans,
} from '../domain/result.ts';
import { StageError } from '../domain/stage-error.ts';
import { normalizeDate } from './normalize-date.ts';
import type { StageOutput } from './stage.ts';

/** Which field of the result a stage of that name fills; all others fill `extensions`. */
const FIELDS = {
  entities: 'extracted_entities',
  dependencies: 'extracted_soa_triplets',
  events: 'events',
} as const;

export interface AssemblyParts {
  readonly document: InputDocument;
  readonly batchId: string;
  readonly jobId: string;
  readonly processedAtMs: number;
  /** By stage name. */
  readonly outputs: Readonly<Record<string, StageOutput['value']>>;
  readonly stages: Readonly<Record<string, StageMetadata>>;
  readonly attempts: number;
}

/** What the ids of a document's events begin with, so that they are unique in the batch. */
export function eventIdPrefix(documentId: string): string {
  return `evt-${hash('sha256', documentId).slice(0, 16)}-`;
}

/** Puts together what is saved of a document. @throws {StageError} `untrue_span` when a stage gave a span that is not so (G10) */
export function assembleResult(parts: AssemblyParts): DocumentResult {
  const { document, outputs } = parts;
  const extensions = extensionsOf(outputs);
  const result: DocumentResult = {
    document_id: document.documentId,
    batch_id: parts.batchId,
    job_id: parts.jobId,
    processed_at: new Date(parts.processedAtMs).toISOString(),
    normalized_date: document.publicationDate === undefined ? null : normalizeDate(document.publicationDate),
    original_text: document.text,
    source_document: document.source,
    extracted_entities: listOf<ExtractedEntity>(outputs, 'entities'),
    extracted_soa_triplets: listOf<SoaTriplet>(outputs, 'dependencies'),
    events: withBatchWideIds(document.documentId, listOf<ExtractedEvent>(outputs, 'events')),
    processing_metadata: { stages: parts.stages, attempts: parts.attempts },
    ...(extensions === null ? {} : { extensions }),
  };
  refuseUntrueSpans(document, result);
  return result;
}

function listOf<T>(outputs: AssemblyParts['outputs'], stage: keyof typeof FIELDS): readonly T[] {
  const value = outputs[stage] ?? [];
  if (!Array.isArray(value)) {
    throw new StageError('permanent', 'invalid_answer', `Stage ${stage} must give a list for ${FIELDS[stage]}.`);
  }
  return value as readonly T[];
}

function extensionsOf(outputs: AssemblyParts['outputs']): Record<string, Json> | null {
  const own = Object.entries(outputs).filter(([name]) => !Object.hasOwn(FIELDS, name));
  return own.length === 0 ? null : (Object.fromEntries(own) as Record<string, Json>);
}

/** Stages number events within the document; the document's mark in front makes the ids unique in the batch. */
function withBatchWideIds(documentId: string, events: readonly ExtractedEvent[]): ExtractedEvent[] {
  if (events.length === 0) return [];
  const prefix = eventIdPrefix(documentId);
  return events.map((event, index) => {
    const isMarked = event.event_id.startsWith(prefix); // taken over from an earlier result
    return isMarked ? event : { ...event, event_id: `${prefix}${index + 1}` };
  });
}

function refuseUntrueSpans(document: InputDocument, result: DocumentResult): void {
  const untrue = untrueSpans(document.text, result);
  if (untrue.length === 0) return;
  const more = untrue.length === 1 ? '' : ` and ${untrue.length - 1} more`;
  throw new StageError('permanent', 'untrue_span', `The text does not say what ${untrue[0]}${more} claims.`);
}
