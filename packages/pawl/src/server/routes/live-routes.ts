import { z } from 'zod';
import { jobParamsSchema } from '../api/job.ts';
import type { LiveStream } from '../live/live-stream.ts';
import type { App, Served } from '../served.ts';
import { streamAnswer, withProblems } from './route-schema.ts';

const EVENTS = 'text/event-stream';
const headers = z.object({
  'last-event-id': z.string().max(200).optional().describe('of the last event that came: the stream goes on after it'),
});

/** Live updates as server-sent events. */
export function liveRoutes(app: App, { batches, live }: Served): void {
  const schema = {
    ...withProblems({ 200: streamAnswer(EVENTS, 'Server-sent events, at most ten a second') }, [400, 404]),
    tags: ['live'],
    headers,
  };
  app.get(
    '/jobs/:id/live',
    {
      exposeHeadRoute: false, // it would be a stream that nobody reads
      schema: {
        ...schema,
        summary: 'Follow one batch',
        description:
          'Events: `job` (the batch as GET /jobs/{id} gives it, whenever that has changed) and `history` (each new entry, once and in order).',
        params: jobParamsSchema,
      },
    },
    async (request, reply) => {
      const batchId = await batches.use(request.params.id, async (batch) => batch.batchId);
      return reply
        .type(EVENTS)
        .headers(NO_CACHE)
        .send(live.openBatch(batchId, lastEventId(request.headers)));
    },
  );
  app.get(
    '/live',
    {
      exposeHeadRoute: false,
      schema: {
        ...schema,
        summary: 'Follow all batches',
        description:
          'Events: `jobs` with `{jobs, removed}`: batches that have changed, as GET /jobs lists them, and the ids of those that are gone. The first holds the batches that changed last, 500 at most.',
      },
    },
    (request, reply) =>
      reply
        .type(EVENTS)
        .headers(NO_CACHE)
        .send(live.openAll(lastEventId(request.headers)) satisfies LiveStream),
  );
}

const NO_CACHE = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

function lastEventId(given: z.output<typeof headers>): string | null {
  return given['last-event-id'] ?? null;
}
