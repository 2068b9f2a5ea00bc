import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/document.ts';
import { messageOf, PawlError } from '../../domain/errors.ts';
import {
  type ExtractedEntity,
  extractedEntitySchema,
  type SoaTriplet,
  type Span,
  soaTripletSchema,
} from '../../domain/result.ts';
import { StageError } from '../../domain/stage-error.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Stage, StageInput, StageOutput } from '../stage.ts';
import { readEventsAnswer } from './events-answer.ts';
import { MAX_KEPT_CHARS, postJson } from './post-json.ts';
import { relocateSpan } from './relocate-span.ts';

/** What is asked to learn whether the service works at all. */
const PROBE = { text: 'Rain fell in Bergen.', document_id: 'pawl-probe' };

/** How the answer to a stage is read; spans that the text does not bear out are left out. */
const ANSWERS = {
  entities: (answer: unknown, text: string): StageOutput => {
    const { entities } = entitiesAnswer.parse(answer);
    return { value: keepTrue(entities, (entity) => relocateSpan(text, entity)) };
  },
  dependencies: (answer: unknown, text: string): StageOutput => {
    const { soa_triplets } = tripletsAnswer.parse(answer);
    return { value: keepTrue(soa_triplets, (triplet) => relocateTriplet(text, triplet)) };
  },
  events: (answer: unknown, text: string): StageOutput => {
    const { events, dropped } = readEventsAnswer(answer, text);
    return dropped.triggers + dropped.arguments === 0 ? { value: events } : { value: events, dropped };
  },
} as const;

export type HttpStageName = keyof typeof ANSWERS;
export const HTTP_STAGES = Object.keys(ANSWERS) as readonly HttpStageName[];

const entitiesAnswer: z.ZodType<{ entities: ExtractedEntity[] }> = z.object({
  entities: z.array(extractedEntitySchema),
});
const tripletsAnswer: z.ZodType<{ soa_triplets: SoaTriplet[] }> = z.object({ soa_triplets: z.array(soaTripletSchema) });

/**
 * A stage done by an HTTP service: POST `{text, document_id}`, for events with what is known of the document besides, answered
 * by `{entities}`, `{soa_triplets}` or `{events}` in the shapes of the result. Spans are checked against the text and moved to the nearest place that says the same; an answer whose
 * every item is untrue is refused.
 * @param token sent as a bearer token; never part of fingerprint, description or message
 * @throws {PawlError} `invalid_setting` when `address` is no http(s) URL
 */
export function httpStage(name: HttpStageName, address: string, token: string | undefined): Stage {
  const url = parseAddress(name, address);
  const shown = `${url.origin}${url.pathname}`;
  const headers = headersFor(url, token);
  url.username = '';
  url.password = '';
  return {
    name,
    provider: `http ${shown}`,
    model: null,
    fingerprint: fingerprintOf({ provider: 'http', stage: name, address: `${shown}${url.search}` }),
    description: `http ${shown}`,
    run: (input, signal) => ask(name, url, headers, input, signal),
    probe: (signal) => probe(url, headers, signal),
  };
}

async function ask(
  name: HttpStageName,
  url: URL,
  headers: Readonly<Record<string, string>>,
  input: StageInput,
  signal: AbortSignal,
): Promise<StageOutput> {
  const answer = await postJson(url, questionOf(name, input), headers, signal);
  try {
    return ANSWERS[name](answer, input.document.text);
  } catch (error) {
    const message = error instanceof z.ZodError ? describeIssue(error) : messageOf(error);
    const rawAnswer = JSON.stringify(answer).slice(0, MAX_KEPT_CHARS);
    throw new StageError('transient', 'invalid_answer', message, { rawAnswer });
  }
}

/** What a service is sent; what is not known of a document is left out. */
function questionOf(name: HttpStageName, { document, entities, triplets }: StageInput): JsonObject {
  const { text, documentId, title, publicationDate } = document;
  const question = { text, document_id: documentId };
  if (name !== 'events') return question;
  return {
    ...question,
    ...(title === undefined ? {} : { title }),
    ...(publicationDate === undefined ? {} : { publication_date: publicationDate }),
    ...(entities.length === 0 ? {} : { entities: entities as unknown as Json }),
    ...(triplets.length === 0 ? {} : { soa_triplets: triplets as unknown as Json }),
  };
}

/** A service that refuses the probe's document works; one that fails on it does not. */
async function probe(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
  try {
    await postJson(url, PROBE, headers, signal);
  } catch (error) {
    const refused = error instanceof StageError && error.code === 'provider_rejected';
    if (!refused) throw error;
  }
}

function keepTrue<T>(items: readonly T[], relocate: (item: T) => T | null): T[] {
  const kept = items.map(relocate).filter((item) => item !== null);
  if (items.length > 0 && kept.length === 0)
    throw new Error('The text says none of what the answer claims to be in it.');
  return kept;
}

function relocateTriplet(text: string, triplet: SoaTriplet): SoaTriplet | null {
  const subject = relocateSpan<Span>(text, triplet.subject);
  const action = relocateSpan<Span>(text, triplet.action);
  const object = relocateSpan<Span>(text, triplet.object);
  return subject && action && object ? { ...triplet, subject, action, object } : null;
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return `The answer is not what was asked for: ${path === '' ? 'it' : path}: ${issue?.message ?? 'invalid'}.`;
}

function headersFor({ username, password }: URL, token: string | undefined): Record<string, string> {
  if (token !== undefined && token !== '') return { authorization: `Bearer ${token}` };
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function parseAddress(name: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new PawlError(
    'invalid_setting',
    `The ${name} provider "http:${address}" needs an address, such as http:https://ner.example/entities.`,
  );
}
