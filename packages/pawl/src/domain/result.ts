import { z } from 'zod';
import type { Json, JsonObject } from './document.ts';
import { ENTITY_TYPES, SENTIMENTS } from './taxonomy.ts';

/** A piece of the text: `original_text.slice(start_char, end_char) === text`, in UTF-16 units (guarantee G10). */
export interface Span {
  readonly text: string;
  readonly start_char: number;
  /** Exclusive. */
  readonly end_char: number;
}

export interface ExtractedEntity extends Span {
  readonly type: (typeof ENTITY_TYPES)[number];
  /** 0 to 1. */
  readonly confidence: number;
  /** The name's fullest form in the document; ISO 8601 for dates and times; currency and amount for money. */
  readonly normalized_form?: string | undefined;
  /** Mentions of one document with the same id name the same thing; absent where the provider does not tell. */
  readonly entity_id?: string | undefined;
}

export interface SoaTriplet {
  readonly subject: Span;
  readonly action: Span;
  readonly object: Span;
  /** 0 to 1. */
  readonly confidence: number;
  /** Whether the action is denied: "did not sign", "nobody came"; absent where the provider does not tell. */
  readonly negated?: boolean | undefined;
  /** The word that makes the action possible, necessary, wished or planned, as a lemma: "must", "want"; null when it is told as a fact. */
  readonly modality?: string | null | undefined;
  /** The sentence's text. */
  readonly sentence: string;
}

export interface EventArgument {
  readonly argument_role: string;
  readonly entity: Span & { readonly type?: string | undefined };
  readonly confidence: number;
}

export interface ExtractedEvent {
  /** Unique in the batch. */
  readonly event_id: string;
  readonly event_type: string;
  readonly trigger: Span & { readonly lemma: string };
  readonly arguments: readonly EventArgument[];
  readonly domain: string;
  /** ISO 8601 date or interval where it can be resolved, else the text's own words; null when nothing is said. */
  readonly temporal_reference: string | null;
  readonly metadata: {
    readonly sentiment: (typeof SENTIMENTS)[number];
    /** The marker of cause or effect in the sentence ("because of", "led to"); null when there is none. */
    readonly causality: string | null;
    readonly confidence: number;
    readonly source_sentence: string;
    readonly source_chunk_index: number;
  };
}

/** What a provider claimed and the text does not bear out (guarantee G10). */
export interface DroppedClaims {
  /** Events whose trigger stands nowhere in what was read. */
  readonly triggers: number;
  /** Arguments, of events that were kept. */
  readonly arguments: number;
}

/** A provider that failed a document which another then did. */
export interface PassedOver {
  readonly provider: string;
  readonly model: string | null;
  /** A code of the error catalogue. */
  readonly code: string;
}

/** How one stage went for one document. */
export interface StageMetadata {
  readonly provider: string;
  readonly model: string | null;
  /** Milliseconds of work, waits for a retry included. */
  readonly ms: number;
  /** Input and output tokens of all answers that this run paid for, those that were thrown away included; null when none was asked for. */
  readonly tokens: number | null;
  /** US dollars for them, as far as prices are known; null when none was asked for or no price is known. */
  readonly cost?: number | null | undefined;
  /** True when a stored answer was used and nothing was asked. */
  readonly cached: boolean;
  readonly attempts: number;
  /** Absent where nothing was dropped. */
  readonly dropped?: DroppedClaims | undefined;
  /** Why the output is hard to believe, in words for people; absent when it is not. */
  readonly suspicious?: string | undefined;
  /** Providers of the chain before the one that did it, in order; absent where the first did. */
  readonly passed_over?: readonly PassedOver[] | undefined;
}

/** The saved result of one document; field names are a stable contract. */
export interface DocumentResult {
  readonly document_id: string;
  readonly batch_id: string;
  readonly job_id: string;
  /** ISO 8601, UTC. */
  readonly processed_at: string;
  /** The document's own date as `YYYY-MM-DD`, when it gave one. */
  readonly normalized_date: string | null;
  readonly original_text: string;
  readonly source_document: JsonObject;
  readonly extracted_entities: readonly ExtractedEntity[];
  readonly extracted_soa_triplets: readonly SoaTriplet[];
  readonly events: readonly ExtractedEvent[];
  readonly processing_metadata: {
    readonly stages: Readonly<Record<string, StageMetadata>>;
    /** How often work on the document was taken up, 1 when nothing disturbed it. */
    readonly attempts: number;
  };
  /** What stages of the user's own gave, by stage name; absent when there are none. */
  readonly extensions?: Readonly<Record<string, Json>> | undefined;
}

const confidence = z.number().min(0).max(1);
const spanShape = {
  text: z.string().min(1),
  start_char: z.int().nonnegative(),
  end_char: z.int().positive(),
};
const span = z.object(spanShape);

export const extractedEntitySchema: z.ZodType<ExtractedEntity> = z.object({
  ...spanShape,
  type: z.enum(ENTITY_TYPES),
  confidence,
  normalized_form: z.string().optional(),
  entity_id: z.string().min(1).optional(),
});

export const soaTripletSchema: z.ZodType<SoaTriplet> = z.object({
  subject: span,
  action: span,
  object: span,
  confidence,
  negated: z.boolean().optional(),
  modality: z.string().nullable().optional(),
  sentence: z.string(),
});

const extractedEventSchema: z.ZodType<ExtractedEvent> = z.object({
  event_id: z.string().min(1),
  event_type: z.string().min(1),
  trigger: z.object({ ...spanShape, lemma: z.string() }),
  arguments: z.array(
    z.object({
      argument_role: z.string().min(1),
      entity: z.object({ ...spanShape, type: z.string().optional() }),
      confidence,
    }),
  ),
  domain: z.string().min(1),
  temporal_reference: z.string().nullable(),
  metadata: z.object({
    sentiment: z.enum(SENTIMENTS),
    causality: z.string().nullable(),
    confidence,
    source_sentence: z.string(),
    source_chunk_index: z.int().nonnegative(),
  }),
});

const stageMetadataSchema: z.ZodType<StageMetadata> = z.object({
  provider: z.string(),
  model: z.string().nullable(),
  ms: z.number().nonnegative(),
  tokens: z.int().nonnegative().nullable(),
  cost: z.number().nonnegative().nullable().optional(),
  cached: z.boolean(),
  attempts: z.int().positive(),
  dropped: z.object({ triggers: z.int().nonnegative(), arguments: z.int().nonnegative() }).optional(),
  suspicious: z.string().optional(),
  passed_over: z
    .array(z.object({ provider: z.string(), model: z.string().nullable(), code: z.string() }))
    .min(1)
    .optional(),
});

/** Validates results where they enter or leave pawl; `true` spans are checked by {@link untrueSpans}. */
export const documentResultSchema: z.ZodType<DocumentResult> = z.object({
  document_id: z.string().min(1),
  batch_id: z.string().min(1),
  job_id: z.uuid(),
  processed_at: z.iso.datetime(),
  normalized_date: z.string().nullable(),
  original_text: z.string().min(1),
  source_document: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
  extracted_entities: z.array(extractedEntitySchema),
  extracted_soa_triplets: z.array(soaTripletSchema),
  events: z.array(extractedEventSchema),
  processing_metadata: z.object({
    stages: z.record(z.string(), stageMetadataSchema),
    attempts: z.int().positive(),
  }),
  extensions: z
    .record(
      z.string(),
      z.custom<Json>((value) => value !== undefined),
    )
    .optional(),
});

/** Every span of a result, with the path to it. */
function* spansOf(
  result: Pick<DocumentResult, 'extracted_entities' | 'extracted_soa_triplets' | 'events'>,
): Generator<readonly [path: string, span: Span]> {
  for (const [i, entity] of result.extracted_entities.entries()) yield [`extracted_entities[${i}]`, entity];
  for (const [i, triplet] of result.extracted_soa_triplets.entries()) {
    for (const part of ['subject', 'action', 'object'] as const) {
      yield [`extracted_soa_triplets[${i}].${part}`, triplet[part]];
    }
  }
  for (const [i, event] of result.events.entries()) {
    yield [`events[${i}].trigger`, event.trigger];
    for (const [j, argument] of event.arguments.entries())
      yield [`events[${i}].arguments[${j}].entity`, argument.entity];
  }
}

/** Paths of the spans that do not say what the text says there (guarantee G10); empty when all are true. */
export function untrueSpans(
  text: string,
  result: Pick<DocumentResult, 'extracted_entities' | 'extracted_soa_triplets' | 'events'>,
): string[] {
  const paths: string[] = [];
  for (const [path, span] of spansOf(result)) {
    if (text.slice(span.start_char, span.end_char) !== span.text) paths.push(path);
  }
  return paths;
}
