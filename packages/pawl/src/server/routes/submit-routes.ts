import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { isPawlError, PawlError } from '../../domain/errors.ts';
import {
  batchBodySchema,
  type Submission,
  streamQuerySchema,
  submissionHeadersSchema,
  submissionSchema,
} from '../api/submission.ts';
import { type App, authorOf, type Served } from '../served.ts';
import { answer, asLines, digestOf, submitDocuments } from '../submit-documents.ts';
import { withProblems } from './route-schema.ts';

/** Streams of documents that are read at once; each may hold a line of the greatest length. */
const MAX_STREAMS = 16;
const STREAM_TYPES = [
  'application/x-ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/octet-stream',
];

/** Documents come in: as JSON, or as a stream of any length. */
export function submitRoutes(app: App, served: Served): void {
  app.post(
    '/documents/batch',
    {
      schema: {
        ...withProblems({ 202: submissionSchema }, [400, 409, 413, 415, 422, 507]),
        tags: ['submit'],
        summary: 'Submit documents as one batch',
        description: 'When this answers they are saved. A document that is none fails alone and says why.',
        headers: submissionHeadersSchema,
        body: batchBodySchema,
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const by = authorOf(served, request);
      const submission =
        key === undefined ? submitOnce(served, request.body, by) : submitKeyed(served, request.body, key, by);
      return reply.code(202).send(await submission);
    },
  );
  void app.register(async (streams) => streamRoute(streams, served));
}

type BatchBody = z.output<typeof batchBodySchema>;

function submitOnce(
  served: Served,
  { batch_id, documents, options, pipeline }: BatchBody,
  by: string,
): Promise<Submission> {
  return submitDocuments(served, {
    batchId: batch_id ?? `batch-${randomUUID()}`,
    lines: asLines(documents),
    by,
    options,
    reprocessChanged: false,
    pipelineChoice: pipeline ?? null,
  });
}

/**
 * A request with a key is an input of its own name in its batch: a repetition is recognised, also after a restart, and
 * answered as the first was. @throws {PawlError} `key_reused`
 */
async function submitKeyed(served: Served, body: BatchBody, key: string, by: string): Promise<Submission> {
  const sourceName = `api-${digestOf(key, 16)}-${digestOf(JSON.stringify(body), 32)}`;
  const batchId = body.batch_id ?? `key-${digestOf(key, 32)}`;
  const { store } = served.batches;
  if (await store.exists(batchId)) {
    const before = await served.batches.use(batchId, async ({ checkpoint }) => {
      const ofKey = (await checkpoint.acceptances()).filter(({ source }) =>
        source.name.startsWith(sourceName.slice(0, 20)),
      );
      const mine = ofKey.find(({ source, endedAtMs }) => source.name === sourceName && endedAtMs !== null);
      if (mine !== undefined) return answer((await checkpoint.batch()).jobId, batchId, mine.tally);
      if (ofKey.every(({ source }) => source.name === sourceName)) return null;
      throw new PawlError('key_reused', 'The Idempotency-Key came before with another body.');
    });
    if (before !== null) return before;
  }
  return submitDocuments(served, {
    batchId,
    lines: asLines(body.documents),
    sourceName,
    by,
    options: body.options,
    reprocessChanged: false,
    pipelineChoice: body.pipeline ?? null,
  });
}

async function streamRoute(app: App, served: Served): Promise<void> {
  let streams = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(STREAM_TYPES, (_request, payload, done) => done(null, payload));
  app.post(
    '/batches/:id/documents',
    {
      schema: {
        ...withProblems({ 200: submissionSchema }, [400, 409, 415, 507]),
        tags: ['submit'],
        summary: 'Stream documents into a batch, as NDJSON of any length',
        description:
          'One document a line, plain, gzip or zstd. The batch is made when it is not there. Reading waits for the disk; when this ' +
          'answers, everything is saved. After a broken connection send the whole again: what was saved is known.',
        consumes: STREAM_TYPES,
        body: z.unknown().describe('one JSON object a line'),
        params: z.object({ id: z.string().min(1).max(128).describe('batch id') }),
        querystring: streamQuerySchema,
      },
    },
    async (request) => {
      if (streams >= MAX_STREAMS) {
        throw new PawlError('server_busy', `${MAX_STREAMS} streams of documents are being read already.`);
      }
      streams += 1;
      try {
        return await submitDocuments(served, {
          batchId: await knownBatchId(served, request.params.id),
          lines: untilStopped(request.body as IncomingMessage | undefined, served.stopping),
          by: authorOf(served, request),
          options: {},
          reprocessChanged: request.query.reprocess_changed === 'true',
          pipelineChoice: request.query.pipeline ?? null,
        });
      } finally {
        streams -= 1;
      }
    },
  );
}

/** The batch id behind a job id; an id that is not known is that of a new batch. */
function knownBatchId({ batches }: Served, id: string): Promise<string> {
  return batches
    .use(id, async ({ batchId }) => batchId)
    .catch((error: unknown) => {
      if (isPawlError(error, 'unknown_batch')) return id;
      throw error;
    });
}

/** The body until its end, or the end of the server: what has come until then is saved, and the sender told to repeat. */
async function* untilStopped(body: IncomingMessage | undefined, stopping: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  const onStop = () => body.destroy(new PawlError('server_stopping', 'The server is shutting down.'));
  stopping.addEventListener('abort', onStop, { once: true });
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } finally {
    stopping.removeEventListener('abort', onStop);
  }
}
