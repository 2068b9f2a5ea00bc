import { orderBatch } from '../../engine/control-batch.ts';
import { liveRun } from '../../engine/live-run.ts';
import { settlePipeline } from '../../work/settle-pipeline.ts';
import {
  orderAnswerSchema,
  orderBodySchema,
  resumeBodySchema,
  retryAnswerSchema,
  retryBodySchema,
} from '../api/control.ts';
import { type Job, jobParamsSchema, jobSchema } from '../api/job.ts';
import type { ServedBatch } from '../open-batches.ts';
import { type App, authorOf, type Served } from '../served.ts';
import type { PipelineChoice } from '../workshop.ts';
import { requireDocument } from './document-routes.ts';
import { jobOf } from './job-routes.ts';
import { withProblems } from './route-schema.ts';

/** How long the answer to `resume` waits for the run to have begun. */
const BEGIN_PATIENCE_MS = 5_000;
const BEGIN_POLL_MS = 20;

/** Pause, resume, stop and retry, wherever the batch runs. */
export function controlRoutes(app: App, served: Served): void {
  const { batches, live, clock } = served;
  const shared = { tags: ['control'], params: jobParamsSchema };
  for (const order of ['pause', 'stop'] as const) {
    app.post(
      `/jobs/:id/${order}`,
      {
        schema: {
          ...shared,
          ...withProblems({ 200: orderAnswerSchema }, [400, 404, 409, 413, 415]),
          summary: order === 'pause' ? 'Pause a batch' : 'Stop a batch for good',
          description: 'When this answers, no further document starts; those in flight are finished and saved.',
          body: orderBodySchema,
        },
      },
      async (request) => {
        const now = request.body?.now ?? false;
        const answer = await batches.use(request.params.id, async (batch) => {
          const { runner, inFlight } = await orderBatch(batch.checkpoint, order, {
            now,
            by: authorOf(served, request),
            clock,
          });
          live.hurry(batch.batchId);
          return { job: await jobOf(served, batch), runner, in_flight: inFlight };
        });
        return answer;
      },
    );
  }
  app.post(
    '/jobs/:id/resume',
    {
      schema: {
        ...shared,
        ...withProblems({ 200: jobSchema }, [400, 404, 409, 413, 415]),
        summary: 'Go on with a batch',
        description: 'One that is paused or failed goes on where it was; one that only waits is begun.',
        body: resumeBodySchema,
      },
    },
    (request) =>
      batches.useThreaded(request.params.id, (batch) =>
        resume(served, batch, request.body?.pipeline, authorOf(served, request)),
      ),
  );
  app.post(
    '/jobs/:id/retry',
    {
      schema: {
        ...shared,
        ...withProblems({ 200: retryAnswerSchema }, [400, 404, 409, 413, 415]),
        summary: 'Try failed documents again',
        description:
          'All that failed, or those chosen by code or id; lines that were no document stay failed. A paused batch stays paused.',
        body: retryBodySchema,
      },
    },
    (request) =>
      batches.useThreaded(request.params.id, async (batch) => {
        const { codes, document_ids: documentIds } = request.body ?? { codes: [], document_ids: [] };
        for (const documentId of documentIds) await requireDocument(batch.checkpoint, documentId);
        const retried = await batch.checkpoint.retry(
          { codes, documentIds },
          { atMs: clock.now(), by: authorOf(served, request) },
        );
        served.workshop?.wake();
        live.hurry(batch.batchId);
        return { job: await jobOf(served, batch), retried };
      }),
  );
}

async function resume(served: Served, batch: ServedBatch, pipeline: PipelineChoice, by: string): Promise<Job> {
  const { checkpoint, batchId } = batch;
  const { clock, workshop } = served;
  await settlePipeline(checkpoint, pipeline, by);
  const { status } = await checkpoint.batch();
  if (status === 'RUNNING' && (await liveRun(checkpoint, clock.now())) !== null) return jobOf(served, batch);
  if (status !== 'QUEUED') {
    await checkpoint.transition('resume', { reason: 'user', now: false, run: null }, { atMs: clock.now(), by });
  }
  if (workshop !== null) {
    workshop.demand(batchId, pipeline);
    await begun(served, batch);
  }
  served.live.hurry(batchId);
  return jobOf(served, batch);
}

/** Waits for a run to have begun, for the batch to stand in line since others fill the server, or to be beyond that; not for ever. */
async function begun({ clock, stopping, placeInLine }: Served, { checkpoint, batchId }: ServedBatch): Promise<void> {
  const untilMs = clock.now() + BEGIN_PATIENCE_MS;
  while (clock.now() < untilMs && !stopping.aborted) {
    const { status } = await checkpoint.batch();
    const waits = status === 'QUEUED' || status === 'RUNNING';
    if (!waits || placeInLine(batchId) !== null || (await liveRun(checkpoint, clock.now())) !== null) return;
    await clock.sleep(BEGIN_POLL_MS);
  }
}
