import { z } from 'zod';
import { describeBatch } from '../../engine/describe-batch.ts';
import { toJobSummary } from '../job-view.ts';
import type { Snapshot } from '../metrics/metrics.ts';
import type { App, Served } from '../served.ts';
import { withProblems } from './route-schema.ts';

/** Numbers for Prometheus. */
export function metricsRoutes(app: App, served: Served): void {
  app.get(
    '/metrics',
    {
      schema: {
        ...withProblems(
          {
            200: {
              description: 'The text format of Prometheus',
              content: { 'text/plain': { schema: z.string() } },
            },
          },
          [],
        ),
        tags: ['operations'],
        summary: 'Numbers for Prometheus',
      },
    },
    async (_request, reply) => {
      const text = await served.metrics.text(await snapshotOf(served));
      return reply.type(served.metrics.contentType).send(text);
    },
  );
}

async function snapshotOf({ batches, workshop, live, clock, placeInLine }: Served): Promise<Snapshot> {
  const counts = new Map<string, number>();
  const sinkLag: { batch: string; sink: string; lag: number }[] = [];
  let pendingDocuments = 0;
  for (const listed of await batches.store.list()) {
    const job = listed.kind === 'batch' ? toJobSummary(listed, clock.now(), placeInLine) : null;
    const status = job?.status ?? 'UNREADABLE';
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (job !== null && status !== 'STOPPED') pendingDocuments += job.remaining;
  }
  for (const batch of workshop?.running ?? []) {
    const view = await batches.use(batch, ({ checkpoint }) => describeBatch(checkpoint, clock.now())).catch(() => null);
    for (const { name, lag } of view?.sinks ?? []) sinkLag.push({ batch, sink: name, lag });
  }
  return { batches: counts, pendingDocuments, sinkLag, liveClients: live.clients };
}
