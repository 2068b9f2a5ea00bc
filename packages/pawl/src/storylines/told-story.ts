import { z } from 'zod';
import type { JsonObject } from '../domain/document.ts';
import type { ModelAnswer } from '../models/language-model.ts';
import { readJson } from '../models/read-json.ts';
import { plainText } from './plain-text.ts';

/** What a model says of a story: words without markup, and claims about events that it was told of. */
export interface ToldStory {
  readonly title: string;
  readonly summary: string;
  readonly causes: readonly Cause[];
}

/** Two events by their number less one. */
export interface Cause {
  readonly cause: number;
  readonly effect: number;
  /** 0 to 1, as the model says it. */
  readonly confidence: number;
}

const MAX_TITLE = 160;
const MAX_SUMMARY = 1_200;
const MAX_CAUSES = 24;

const causeSchema = z.strictObject({ cause: z.int(), effect: z.int(), confidence: z.number() });
const toldSchema = z.strictObject({ title: z.string(), summary: z.string(), causes: z.array(causeSchema) });

/** JSON Schema of the answer. */
export const TOLD_SCHEMA: JsonObject = jsonSchemaOf(toldSchema);

/** As much of an answer as must be there; causes that are none are dropped one by one. */
const readSchema = z.object({ title: z.string(), summary: z.string(), causes: z.array(z.unknown()).catch([]) });

/**
 * Reads an answer. Causes that name no event, the event itself, or both ways of one pair are dropped.
 * @param events how many the model was told of
 * @returns null for an answer that is cut off, withheld or none
 */
export function readToldStory({ text, finish }: ModelAnswer, events: number): ToldStory | null {
  if (finish !== 'stop' && finish !== 'other') return null;
  const json = readJson(text, 'title');
  const read = readSchema.safeParse(json.kind === 'value' ? json.value : null);
  if (!read.success) return null;
  const title = plainText(read.data.title, MAX_TITLE);
  const summary = plainText(read.data.summary, MAX_SUMMARY);
  if (title === '' || summary === '') return null;
  return { title, summary, causes: readCauses(read.data.causes, events) };
}

function readCauses(claims: readonly unknown[], events: number): Cause[] {
  const isEvent = (number: number) => number >= 1 && number <= events;
  const causes = new Map<string, Cause>();
  for (const claim of claims.slice(0, MAX_CAUSES)) {
    const read = causeSchema.safeParse(claim);
    if (!read.success) continue;
    const { cause, effect, confidence } = read.data;
    if (!isEvent(cause) || !isEvent(effect) || cause === effect || confidence <= 0 || confidence > 1) continue;
    const key = `${cause} ${effect}`;
    if (!causes.has(key)) causes.set(key, { cause: cause - 1, effect: effect - 1, confidence });
  }
  return [...causes.values()].filter(({ cause, effect }) => !causes.has(`${effect + 1} ${cause + 1}`));
}

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest as JsonObject;
}
