import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { z } from 'zod';
import type { Json, JsonObject } from '../../domain/document.ts';
import { type ErrorCode, isErrorCode, PawlError } from '../../domain/errors.ts';
import { firstString } from '../../domain/first-string.ts';
import { documentResultSchema } from '../../domain/result.ts';
import { parseLine } from '../../intake/parse-line.ts';
import type { App, Served } from '../served.ts';
import { withProblems } from './route-schema.ts';

/** Documents that are worked on at once for requests. */
const MAX_AT_ONCE = 64;
const DEFAULT_TIMEOUT_SECONDS = 60;

const querySchema = z.object({
  timeout: z.coerce
    .number()
    .int()
    .min(1)
    .max(600)
    .default(DEFAULT_TIMEOUT_SECONDS)
    .describe('seconds to wait for the result'),
});

/** One document, at once. */
export function singleRoutes(app: App, served: Served): void {
  let atOnce = 0;
  app.post(
    '/documents',
    {
      schema: {
        ...withProblems({ 200: documentResultSchema }, [400, 413, 415, 422, 502, 504]),
        tags: ['submit'],
        summary: 'Process one document and wait for its result',
        description:
          'The document itself, or `{"document": {...}}`. It goes through the same pipeline as those of batches, and nothing is saved: ' +
          'what has to survive is submitted.',
        body: z.record(z.string(), z.unknown()),
        querystring: querySchema,
      },
      serializerCompiler: () => (result) => result as string, // it is JSON already
    },
    async (request, reply) => {
      if (atOnce >= MAX_AT_ONCE) throw new PawlError('server_busy', `${MAX_AT_ONCE} documents are worked on already.`);
      atOnce += 1;
      const gone = new AbortController();
      void once(reply.raw, 'close').then(() => gone.abort());
      const { timeout } = request.query;
      const quietMs = request.socket.timeout ?? 0;
      request.socket.setTimeout(0); // nothing moves while the document is worked on
      try {
        const result = await resultOf(served, request.body as JsonObject, timeout, gone.signal);
        return await reply.type('application/json; charset=utf-8').send(result as never);
      } finally {
        request.socket.setTimeout(quietMs);
        atOnce -= 1;
      }
    },
  );
}

/** @returns the result as JSON @throws {PawlError} the code of the document's failure; `timeout`, `budget_reached` */
async function resultOf(served: Served, body: JsonObject, timeoutSeconds: number, gone: AbortSignal): Promise<string> {
  const { desk, settings, stopping } = served;
  const given = documentOf(body, settings.fields.text);
  const line = parseLine(Buffer.from(JSON.stringify(given)), 1, settings.fields);
  if (line.kind === 'rejected') throw new PawlError(codeOf(line.failure.code), line.failure.message);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const { documentId, source } = line;
  const outcome = await desk.process(
    { documentId, source, jobId: randomUUID() },
    AbortSignal.any([timeout, stopping, gone]),
  );
  if (outcome?.kind === 'processed') return outcome.result;
  if (outcome?.kind === 'failed') {
    const { code, stage, message } = outcome.failure;
    throw new PawlError(codeOf(code), `${stage}: ${message}`);
  }
  if (stopping.aborted) throw new PawlError('server_stopping', 'The server is shutting down.');
  if (!timeout.aborted) throw new PawlError('budget_reached', 'The budget of single documents is spent.');
  const [suspended] = desk.suspensions;
  if (suspended === undefined) throw new PawlError('timeout', `There was no result after ${timeoutSeconds} s.`);
  throw new PawlError('provider_unavailable', `${suspended.name} waits: ${suspended.waitingFor}`);
}

/** What is to be processed: the body, or the document that it wraps. */
function documentOf(body: JsonObject, textFields: readonly string[]): Json {
  const { document } = body;
  const wraps = typeof document === 'object' && document !== null && firstString(body, textFields) === undefined;
  return wraps ? document : body;
}

function codeOf(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'stage_failed';
}
