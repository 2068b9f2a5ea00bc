import { z } from 'zod';
import { SENTIMENTS, type Taxonomy } from '../../../domain/taxonomy.ts';
import { readJson } from '../../../models/read-json.ts';
import type { ClaimedEvent, ClaimedWords } from './claimed-event.ts';

/** What an answer says. */
export type ReadClaims =
  | { readonly kind: 'claims'; readonly claims: readonly ClaimedEvent[] }
  | { readonly kind: 'unclosed' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const MAX_EVENTS = 1_000;
const MAX_ARGUMENTS = 100;
const MAX_PROBLEMS = 10;

/** Reads answers in the words of one taxonomy. */
export class ClaimReader {
  readonly #schema: z.ZodType<readonly ClaimedEvent[]>;

  constructor(taxonomy: Taxonomy) {
    this.#schema = claimsSchema(taxonomy);
  }

  read(answer: string): ReadClaims {
    const json = readJson(answer, 'events');
    if (json.kind === 'unclosed') return json;
    if (json.kind === 'invalid') return { kind: 'invalid', problems: [json.problem] };
    const { data, error } = this.#schema.safeParse(json.value);
    return error === undefined ? { kind: 'claims', claims: data } : { kind: 'invalid', problems: problemsOf(error) };
  }
}

/**
 * The shape that was asked for, and the shape of pawl's results, which models know that were trained for this pipeline. What
 * does not bear on whether the event is true (sentiment, confidence, ...) may be missing or odd; what does may not.
 */
function claimsSchema({ eventTypes, roles, domains }: Taxonomy): z.ZodType<readonly ClaimedEvent[]> {
  const argument = z.preprocess(
    (value) => flatten(value, { argument_role: 'role', entity: 'text' }),
    z.object({ role: nameOf(roles), text: claimedWords }),
  );
  const event = z.preprocess(
    (value) => flatten(value, { source_sentence: 'sentence' }),
    z.object({
      event_type: nameOf(eventTypes),
      trigger: claimedWords,
      sentence: z.string().catch(''),
      arguments: z.array(argument).max(MAX_ARGUMENTS).nullish(),
      domain: nameOf(domains).nullish(),
      sentiment: z.enum(SENTIMENTS).catch('neutral'),
      temporal_reference: z.string().nullable().catch(null),
      causality: z.string().nullable().catch(null),
      confidence: z.number().min(0).max(1).catch(0.5),
    }),
  );
  const events = z.array(event).max(MAX_EVENTS);
  return z
    .preprocess((value) => (Array.isArray(value) ? { events: value } : value), z.object({ events }))
    .transform((answer) =>
      answer.events.map((claim) => ({
        ...claim,
        domain: claim.domain ?? null,
        arguments: (claim.arguments ?? []).map(({ role, text }) => ({ role, ...text })),
      })),
    );
}

/** `"attacked"`, or `{"text": "attacked", "start_char": 7}`. */
const claimedWords: z.ZodType<ClaimedWords> = z
  .preprocess(
    (value) => (typeof value === 'string' ? { text: value } : value),
    z.object({ text: z.string(), start_char: z.int().nonnegative().nullish().catch(null) }),
  )
  .transform(({ text, start_char }) => ({ text, position: start_char ?? null }));

/** One of the names, however it is spelled: `Conflict Attack` is `conflict_attack`. */
function nameOf(names: readonly string[]) {
  const bySpelling = new Map(names.map((name) => [spelling(name), name]));
  return z.preprocess(
    (value) => (typeof value === 'string' ? (bySpelling.get(spelling(value)) ?? value) : value),
    z.enum(names),
  );
}

function spelling(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s:.-]+/g, '_');
}

/** Takes `metadata` apart and gives fields the names that were asked for, where those are not there. */
function flatten(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { metadata, ...own } = value as Record<string, unknown>;
  const flat: Record<string, unknown> = typeof metadata === 'object' ? { ...metadata, ...own } : own;
  for (const [other, name] of Object.entries(names)) flat[name] ??= flat[other];
  return flat;
}

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`);
}
