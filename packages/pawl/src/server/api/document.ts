import { z } from 'zod';
import type { JsonObject } from '../../domain/document.ts';
import { type DocumentResult, documentResultSchema } from '../../domain/result.ts';

/** Of a document in a collection: the id of its batch, a slash, and its id there. */
const MAX_ID_LENGTH = 128 + 1 + 512;

const documentStateSchema = z.enum(['pending', 'processed', 'failed']);

const documentSummaryShape = {
  document_id: z.string(),
  title: z.string().nullable(),
  state: documentStateSchema,
  code: z.string().nullable().describe('why it failed, a word of docs/ERRORS.md; null unless it did'),
  message: z.string().nullable(),
  stage: z.string().nullable().describe('where it failed'),
  attempts: z.int().nonnegative().describe('tries of the step that failed; else how often work on it was begun'),
  settled_at: z.iso.datetime().nullable(),
  run: z.int().positive().nullable(),
  source: z.object({ name: z.string(), line: z.int().nonnegative() }).describe('the input that brought it'),
  tokens: z.int().nonnegative().describe('that language models took for it, over all runs'),
  cost: z.number().nonnegative().nullable().describe('US dollars for them; null when no price is known'),
  timings: z.record(z.string(), z.number()).nullable().describe('milliseconds by stage'),
};

/** A document in a list. */
export const documentSummarySchema = z.object(documentSummaryShape).describe('A document in a list.');
export type DocumentSummary = z.output<typeof documentSummarySchema>;

export const documentListSchema = z
  .object({
    documents: z.array(documentSummarySchema),
    next: z
      .string()
      .nullable()
      .describe('the cursor of the next page; null at the end. A search gives up after a while: a page may be short'),
  })
  .describe('Documents in the order in which they were accepted.');
export type DocumentList = z.output<typeof documentListSchema>;

export const documentListQuerySchema = z.object({
  state: documentStateSchema.optional(),
  code: z.string().max(64).optional().describe('those that failed with this code'),
  q: z.string().max(200).optional().describe('part of the id or the title, in any case'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('`next` of the page before'),
});

export const documentParamsSchema = z.object({
  id: z.string().min(1).max(200).describe('batch or job id'),
  documentId: z.string().min(1).max(MAX_ID_LENGTH).describe('percent-encoded'),
});

/** One document with everything that is known of it. */
export const documentSchema = z
  .object({
    ...documentSummaryShape,
    deaths: z.int().nonnegative().describe('how often the process died while it worked on it'),
    source_document: z.custom<JsonObject>().nullable().describe('the input, untouched; null for a line that was none'),
    result: documentResultSchema.nullable(),
    raw_answer: z.string().nullable().describe('what the provider answered, where a failure kept it'),
  })
  .describe('A document.');
export interface DocumentDetail extends DocumentSummary {
  readonly deaths: number;
  readonly source_document: JsonObject | null;
  readonly result: DocumentResult | null;
  readonly raw_answer: string | null;
}

export const failureCountsSchema = z
  .object({
    failures: z.array(z.object({ code: z.string(), stage: z.string(), count: z.int().positive() })),
  })
  .describe('Failed documents by code and stage, the most frequent first.');
export type FailureCounts = z.output<typeof failureCountsSchema>;

export const recentQuerySchema = z.object({ limit: z.coerce.number().int().min(1).max(5000).default(1000) });

export const recentDocumentsSchema = z
  .object({
    documents: z.array(
      z.object({
        document_id: z.string(),
        settled_at: z.iso.datetime(),
        timings: z.record(z.string(), z.number()).describe('milliseconds by stage'),
      }),
    ),
  })
  .describe('The documents that were processed last, latest first.');
export type RecentDocuments = z.output<typeof recentDocumentsSchema>;
