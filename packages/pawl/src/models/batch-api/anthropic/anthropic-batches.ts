import { z } from 'zod';
import { type ApiAddress, ApiError, callApi, callApiForJson, jsonLines } from '../api-call.ts';
import type { BatchIntent, BatchProtocol, BatchResult } from '../batch-protocol.ts';

// Anthropic's message batches. They carry nothing of ours that could be listed: a batch whose making got no answer is known by
// the custom ids in its results. One of the same size, made since, that still works leaves that open until it has ended.

const PAGE = 100;
const MAX_PAGES = 50;
/** Clocks differ. */
const CLOCK_SKEW_MS = 600_000;

const batchSchema = z.object({
  id: z.string(),
  processing_status: z.string(),
  created_at: z.string(),
  request_counts: z.object({
    processing: z.number(),
    succeeded: z.number(),
    errored: z.number(),
    canceled: z.number(),
    expired: z.number(),
  }),
});
type MessageBatch = z.infer<typeof batchSchema>;
const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean().nullish() });
const resultSchema = z.object({
  custom_id: z.string(),
  result: z.discriminatedUnion('type', [
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({ type: z.literal('errored'), error: z.unknown() }),
    z.object({ type: z.literal('canceled') }),
    z.object({ type: z.literal('expired') }),
  ]),
});

export function anthropicBatches(address: ApiAddress): BatchProtocol {
  const at = (id: string) => `/messages/batches/${encodeURIComponent(id)}`;
  const results = async function* (id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    const content = await callApi(address, `${at(id)}/results`, {}, signal);
    for await (const line of jsonLines(content, signal)) yield toResult(line);
  };
  return {
    submit: async (_, lines, headers, signal) => {
      const requests = lines.map(({ customId, body }) => ({ custom_id: customId, params: body }));
      const init = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ requests }),
      };
      return parsed(batchSchema, await callApiForJson(address, '/messages/batches', init, signal)).id;
    },
    find: async (intent, known, signal) => {
      let isUnsure = false;
      for await (const batch of batchesSince(address, intent, signal)) {
        if (known.has(batch.id) || countOf(batch) !== intent.requests) continue;
        if (batch.processing_status !== 'ended') isUnsure = true;
        else if (await holdsMark(results(batch.id, signal), intent.mark)) return { id: batch.id };
      }
      return isUnsure ? 'unsure' : 'absent';
    },
    poll: async (id, signal) => {
      const batch = parsed(batchSchema, await callApiForJson(address, at(id), {}, signal));
      if (batch.processing_status === 'ended') return { kind: 'ended' };
      return { kind: 'working', done: countOf(batch) - batch.request_counts.processing };
    },
    results,
    cancel: async (id, signal) => {
      await callApi(address, `${at(id)}/cancel`, { method: 'POST' }, signal).catch((error: unknown) => {
        if (!(error instanceof ApiError && (error.status === 400 || error.status === 409))) throw error;
      });
    },
  };
}

/** Latest first. @throws {ApiError} when there are more than can be looked through */
async function* batchesSince(
  address: ApiAddress,
  { intendedAtMs }: BatchIntent,
  signal: AbortSignal,
): AsyncGenerator<MessageBatch> {
  let after = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const listed = await callApiForJson(address, `/messages/batches?limit=${PAGE}${after}`, {}, signal);
    const { data, has_more } = parsed(pageSchema, listed);
    for (const batch of data) {
      if (Date.parse(batch.created_at) < intendedAtMs - CLOCK_SKEW_MS) return;
      yield batch;
    }
    const last = data.at(-1);
    if (last === undefined || has_more !== true) return;
    after = `&after_id=${encodeURIComponent(last.id)}`;
  }
  throw new ApiError(null, `There are more than ${PAGE * MAX_PAGES} newer batches to look through.`);
}

/** All requests of a batch carry the same mark. */
async function holdsMark(results: AsyncIterable<BatchResult>, mark: string): Promise<boolean> {
  for await (const { customId } of results) return customId.startsWith(`${mark}-`);
  return false;
}

function countOf({ request_counts: counts }: MessageBatch): number {
  return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired;
}

function toResult(line: unknown): BatchResult {
  const { custom_id: customId, result } = parsed(resultSchema, line);
  if (result.type === 'succeeded')
    return { customId, outcome: { kind: 'response', status: 200, body: result.message } };
  if (result.type !== 'errored') return { customId, outcome: { kind: 'unanswered' } };
  const { error } = result;
  return isInvalidRequest(error)
    ? { customId, outcome: { kind: 'response', status: 400, body: error } }
    : { customId, outcome: { kind: 'unanswered' } };
}

/** `{type: 'error', error: {type: 'invalid_request_error', message}}`; anything else is the provider's own trouble. */
function isInvalidRequest(error: unknown): boolean {
  const inner = (error as { error?: { type?: unknown } } | null | undefined)?.error;
  return inner?.type === 'invalid_request_error';
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(null, `The batch API gave what cannot be read: ${result.error.issues[0]?.message ?? ''}`);
}
