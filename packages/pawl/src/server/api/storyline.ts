import { z } from 'zod';
import { LINK_TYPES } from '../../storylines/storyline.ts';

const confidence = z.number().min(0).max(1);
const count = z.int().nonnegative();

const spanSchema = z.object({ start: z.string(), end: z.string() }).nullable();

export const storylineSchema = z.object({
  storyline_id: z.string(),
  title: z.string(),
  summary: z.string(),
  primary_entities: z.array(z.object({ name: z.string(), type: z.string(), documents: count })),
  domain: z.string().nullable(),
  temporal_span: spanSchema.describe('first and last day, YYYY-MM-DD'),
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

const place = count.describe('in `entities.shown`');

const mapEntitySchema = z.object({
  name: z.string().describe('names that differ in case alone are one'),
  type: z.string(),
  storylines: count.describe('that have it'),
  documents: count,
});

export const storylineMapSchema = z
  .object({
    total: count.describe('storylines of the batch, or those that have the entity asked for'),
    unread: count.describe('the smallest storylines of the batch, left out where it has more than 10,000'),
    entity: mapEntitySchema.nullable().describe('the one asked for; null when none was, or no storyline has it'),
    lanes: z
      .array(
        z.object({
          storyline_id: z.string(),
          title: z.string(),
          documents: count,
          events: count,
          temporal_span: spanSchema.describe('first and last day, YYYY-MM-DD; null when no document has a date'),
          key_days: z.array(z.string()).describe('days of key events within the span, in order'),
          entities: z.array(place).describe('those that it has'),
        }),
      )
      .describe('storylines, those of most documents first; `total` says how many there are'),
    entities: z.object({
      total: count.describe('entities of these storylines, without the one asked for'),
      shown: z.array(mapEntitySchema).describe('those of most storylines first'),
      links: z
        .array(z.object({ a: place, b: place, storylines: count.describe('that have both') }))
        .describe('which of those shown stand in a storyline together, the strongest first'),
    }),
  })
  .describe(
    'The storylines of a batch at a glance: when each was told, who stands in them, and who stands there together.',
  );
/** Storylines at a glance. */
export type StorylineMapView = z.output<typeof storylineMapSchema>;

export const storylineMapQuerySchema = z.object({
  lanes: z.coerce.number().int().min(1).max(200).default(200).describe('storylines in `lanes`, at most'),
  entities: z.coerce.number().int().min(0).max(50).default(24).describe('entities that are shown, at most'),
  entity: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('only storylines that have this entity; its name in any case'),
});

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
