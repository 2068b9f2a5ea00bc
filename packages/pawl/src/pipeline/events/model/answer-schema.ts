import { z } from 'zod';
import type { JsonObject } from '../../../domain/document.ts';
import { SENTIMENTS, type Taxonomy } from '../../../domain/taxonomy.ts';

/**
 * JSON Schema of the answer a model is asked for. Of the schema language only what every provider's structured output
 * knows: objects without further properties, all of them required; arrays, enumerations, null.
 */
export function answerSchema({ eventTypes, roles, domains }: Taxonomy): JsonObject {
  const event = z.strictObject({
    event_type: z.enum(eventTypes),
    trigger: z.string(),
    sentence: z.string(),
    arguments: z.array(z.strictObject({ role: z.enum(roles), text: z.string() })),
    domain: z.enum(domains),
    sentiment: z.enum(SENTIMENTS),
    temporal_reference: z.string().nullable(),
    causality: z.string().nullable(),
    confidence: z.number(),
  });
  const { $schema: _, ...schema } = z.toJSONSchema(z.strictObject({ events: z.array(event) }));
  return schema as JsonObject;
}
