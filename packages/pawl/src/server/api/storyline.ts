import { z } from 'zod';
import { LINK_TYPES } from '../../storylines/storyline.ts';

const confidence = z.number().min(0).max(1);
const count = z.int().nonnegative();

const storylineSchema = z.object({
  storyline_id: z.string(),
  title: z.string(),
  summary: z.string(),
  primary_entities: z.array(z.object({ name: z.string(), type: z.string(), documents: count })),
  domain: z.string().nullable(),
  temporal_span: z.object({ start: z.string(), end: z.string() }).nullable().describe('first and last day, YYYY-MM-DD'),
  document_ids: z.array(z.string()).describe('in order of time'),
  event_ids: z.array(z.string()),
  key_events: z.array(
    z.object({
      event_id: z.string(),
      document_id: z.string(),
      event_type: z.string(),
      date: z.string().nullable(),
      sentence: z.string(),
      documents: count.describe('that tell of it'),
    }),
  ),
  confidence,
  summary_by: z
    .string()
    .optional()
    .describe('the model that wrote title and summary; absent where they are taken from the documents'),
  extracted: z
    .object({ title: z.string(), summary: z.string() })
    .optional()
    .describe('title and summary as taken from the documents, where a model wrote others'),
});

/** A line of `storylines.jsonl`. */
export type StorylineItem = z.output<typeof storylineSchema>;

export const storylineListSchema = z
  .object({ storylines: z.array(storylineSchema), next: z.string().nullable() })
  .describe('Storylines of the batch as far as it is linked, those of most documents first.');
export type StorylineList = z.output<typeof storylineListSchema>;

const placeSchema = z.object({ event_id: z.string(), document_id: z.string() });

export const linkageListSchema = z
  .object({
    linkages: z.array(
      z.object({
        storyline_id: z.string(),
        source: placeSchema,
        target: placeSchema,
        link_type: z.enum(LINK_TYPES),
        similarity_score: confidence,
        bias: z.number().nullable(),
        evidence: z.array(z.record(z.string(), z.unknown())),
      }),
    ),
    next: z.string().nullable(),
  })
  .describe('Which events of a storyline are linked, and why.');
export type LinkageList = z.output<typeof linkageListSchema>;

export const storylinePageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('`next` of the page before'),
});

export const storylineParamsSchema = z.object({
  id: z.string().min(1).max(200).describe('batch or job id'),
  storylineId: z.string().min(1).max(200),
});
