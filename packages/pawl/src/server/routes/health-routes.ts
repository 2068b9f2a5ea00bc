import { isPawlError } from '../../domain/errors.ts';
import { describeBatch } from '../../engine/describe-batch.ts';
import { type Health, healthSchema } from '../api/health.ts';
import type { App, Served } from '../served.ts';
import { withProblems } from './route-schema.ts';

/** Whether the server lives, and what it waits for. */
export function healthRoutes(app: App, served: Served): void {
  app.get(
    '/health',
    {
      schema: {
        ...withProblems({ 200: healthSchema }, []),
        tags: ['operations'],
        summary: 'Whether the server lives, and what it waits for',
      },
    },
    (request) => healthOf(served, served.access.mayRead(request)),
  );
}

/** @param inDetail whether batches may be named */
async function healthOf({ batches, workshop, clock, version }: Served, inDetail: boolean): Promise<Health> {
  const stages: Health['stages'] = [];
  const sinks: Health['sinks'] = [];
  for (const id of workshop?.running ?? []) {
    const view = await batches
      .use(id, ({ checkpoint }) => describeBatch(checkpoint, clock.now()))
      .catch((error: unknown) => {
        if (isPawlError(error)) return null; // deleted this moment, or unreadable: its run says so
        throw error;
      });
    const batch_id = id;
    for (const { name, state, waiting_for } of view?.stages ?? []) stages.push({ batch_id, name, state, waiting_for });
    for (const { name, lag, error } of view?.sinks ?? []) sinks.push({ batch_id, name, lag, error });
  }
  const ready = await batches.store.lastUsed().then(
    () => true,
    () => false,
  );
  const isWell =
    ready && !stages.some(({ state }) => state === 'suspended') && !sinks.some(({ error }) => error !== null);
  const named = inDetail ? { stages, sinks } : { stages: [], sinks: [] };
  return { status: isWell ? 'ok' : 'degraded', live: true, ready, working: workshop !== null, version, ...named };
}
