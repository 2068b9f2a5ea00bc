import { z } from 'zod';
import { type ApiAddress, ApiError, callApi, callApiForJson, jsonLines } from '../api-call.ts';
import type { BatchIntent, BatchLine, BatchProgress, BatchProtocol, BatchResult } from '../batch-protocol.ts';

// OpenAI's batch API: a file of requests is uploaded, a batch is made of it, and its answers are files again. Batches carry our
// mark in their metadata, by which one is found whose making got no answer.

const ENDPOINT = '/v1/chat/completions';
const MARK = 'pawl_mark';
const PAGE = 100;
const MAX_PAGES = 50;

const batchSchema = z.object({
  id: z.string(),
  status: z.string(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  created_at: z.number().nullish(),
  request_counts: z.object({ completed: z.number(), failed: z.number() }).partial().nullish(),
  errors: z.object({ data: z.array(z.object({ message: z.string().nullish() })).nullish() }).nullish(),
});
const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean().nullish() });
const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
});

/** How our marks are told from before: clocks differ. */
const CLOCK_SKEW_S = 600;
const ENDED: ReadonlySet<string> = new Set(['completed', 'expired', 'cancelled']);

export function openAiBatches(address: ApiAddress): BatchProtocol {
  const batch = async (id: string, signal: AbortSignal) =>
    parsed(batchSchema, await callApiForJson(address, `/batches/${encodeURIComponent(id)}`, {}, signal));
  return {
    submit: async (intent, lines, _, signal) => {
      const file = await upload(address, intent, lines, signal);
      const made = await callApiForJson(
        address,
        '/batches',
        jsonBody({
          input_file_id: file,
          endpoint: ENDPOINT,
          completion_window: '24h',
          metadata: { [MARK]: intent.mark },
        }),
        signal,
      );
      return parsed(batchSchema, made).id;
    },
    find: async (intent, _, signal) => {
      let after = '';
      for (let page = 0; page < MAX_PAGES; page++) {
        const listed = await callApiForJson(address, `/batches?limit=${PAGE}${after}`, {}, signal);
        const { data, has_more } = parsed(pageSchema, listed);
        const found = data.find(({ metadata }) => metadata?.[MARK] === intent.mark);
        if (found !== undefined) return { id: found.id };
        const last = data.at(-1);
        const isBefore = last !== undefined && (last.created_at ?? 0) < intent.intendedAtMs / 1_000 - CLOCK_SKEW_S;
        if (last === undefined || has_more !== true || isBefore) return 'absent';
        after = `&after=${encodeURIComponent(last.id)}`;
      }
      return 'unsure';
    },
    poll: async (id, signal): Promise<BatchProgress> => {
      const { status, request_counts: counts, errors } = await batch(id, signal);
      if (ENDED.has(status)) return { kind: 'ended' };
      if (status === 'failed') return { kind: 'refused', message: errors?.data?.[0]?.message ?? 'no reason given' };
      return { kind: 'working', done: (counts?.completed ?? 0) + (counts?.failed ?? 0) };
    },
    results: async function* (id, signal): AsyncGenerator<BatchResult> {
      const { output_file_id, error_file_id } = await batch(id, signal);
      for (const file of [output_file_id, error_file_id]) {
        if (file === null || file === undefined) continue;
        const content = await callApi(address, `/files/${encodeURIComponent(file)}/content`, {}, signal);
        for await (const line of jsonLines(content, signal)) yield toResult(line);
      }
    },
    cancel: async (id, signal) => {
      await callApi(address, `/batches/${encodeURIComponent(id)}/cancel`, { method: 'POST' }, signal).catch(leaveEnded);
    },
  };
}

async function upload(
  address: ApiAddress,
  { mark }: BatchIntent,
  lines: readonly BatchLine[],
  signal: AbortSignal,
): Promise<string> {
  const text = lines.map(({ customId, body }) =>
    JSON.stringify({ custom_id: customId, method: 'POST', url: ENDPOINT, body }),
  );
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new Blob([`${text.join('\n')}\n`], { type: 'application/jsonl' }), `pawl-${mark}.jsonl`);
  const file = await callApiForJson(address, '/files', { method: 'POST', body: form }, signal);
  return parsed(z.object({ id: z.string() }), file).id;
}

function toResult(line: unknown): BatchResult {
  const { custom_id: customId, response } = parsed(lineSchema, line);
  if (response === null || response === undefined) return { customId, outcome: { kind: 'unanswered' } };
  return { customId, outcome: { kind: 'response', status: response.status_code, body: response.body } };
}

/** One that has ended cannot be cancelled, which is as good. */
function leaveEnded(error: unknown): void {
  if (!(error instanceof ApiError && (error.status === 400 || error.status === 409))) throw error;
}

function jsonBody(value: unknown) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(null, `The batch API gave what cannot be read: ${result.error.issues[0]?.message ?? ''}`);
}
