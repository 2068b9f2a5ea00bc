import { z } from 'zod';
import type { DroppedClaims, ExtractedEvent, Span } from '../../domain/result.ts';
import { SENTIMENTS } from '../../domain/taxonomy.ts';
import { relocateSpan } from './relocate-span.ts';

/** What a service says happens in a text, as far as that is true. */
export interface EventsAnswer {
  readonly events: readonly ExtractedEvent[];
  readonly dropped: DroppedClaims;
}

const span = z.object({
  text: z.string().min(1),
  start_char: z.int().nonnegative(),
  end_char: z.int().positive(),
});
const confidence = z.number().min(0).max(1).default(1);

/** Events as results have them; what a service need not know (ids, lemma, chunk) may be missing. */
const answerSchema = z.object({
  events: z.array(
    z.object({
      event_type: z.string().min(1),
      trigger: span.extend({ lemma: z.string().optional() }),
      arguments: z
        .array(
          z.object({
            argument_role: z.string().min(1),
            entity: span.extend({ type: z.string().optional() }),
            confidence,
          }),
        )
        .default([]),
      domain: z.string().min(1).default('unknown'),
      temporal_reference: z.string().nullable().default(null),
      metadata: z
        .object({
          sentiment: z.enum(SENTIMENTS).default('neutral'),
          causality: z.string().nullable().default(null),
          confidence,
          source_sentence: z.string().default(''),
          source_chunk_index: z.int().nonnegative().default(0),
        })
        .prefault({}),
    }),
  ),
});

/**
 * Reads `{events}` of a service. Spans move to the nearest place that says the same; what the text does not say is dropped and
 * counted (guarantee G10).
 * @throws {z.ZodError} for another shape; {Error} when nothing of an answer is true
 */
export function readEventsAnswer(answer: unknown, text: string): EventsAnswer {
  const { events: claimed } = answerSchema.parse(answer);
  const dropped = { triggers: 0, arguments: 0 };
  const events: ExtractedEvent[] = [];
  for (const event of claimed) {
    const trigger = relocateSpan<Span & { lemma?: string | undefined }>(text, event.trigger);
    if (trigger === null) {
      dropped.triggers += 1;
      continue;
    }
    const given = event.arguments.flatMap((argument) => {
      const entity = relocateSpan(text, argument.entity);
      return entity === null ? [] : [{ ...argument, entity }];
    });
    dropped.arguments += event.arguments.length - given.length;
    const lemma = trigger.lemma ?? trigger.text.toLowerCase();
    events.push({ ...event, event_id: `e${events.length + 1}`, trigger: { ...trigger, lemma }, arguments: given });
  }
  if (claimed.length > 0 && events.length === 0) {
    throw new Error('The text says none of what the answer claims to be in it.');
  }
  return { events, dropped };
}
