import { PawlError } from '../../domain/errors.ts';
import { describeBatch } from '../../engine/describe-batch.ts';
import { type Job, type JobList, jobListQuerySchema, jobListSchema, jobParamsSchema, jobSchema } from '../api/job.ts';
import { toJob, toJobSummary } from '../job-view.ts';
import type { ServedBatch } from '../open-batches.ts';
import type { App, Served } from '../served.ts';
import { withProblems } from './route-schema.ts';

const MAX_UNREADABLE = 100;

/** Batches: the list, and one. */
export function jobRoutes(app: App, served: Served): void {
  app.get(
    '/jobs',
    {
      schema: {
        ...withProblems({ 200: jobListSchema }, [400]),
        tags: ['batches'],
        summary: 'List the batches, the newest first',
        querystring: jobListQuerySchema,
      },
    },
    (request): Promise<JobList> => listJobs(served, request.query),
  );
  app.get(
    '/jobs/:id',
    {
      schema: {
        ...withProblems({ 200: jobSchema }, [400, 404]),
        tags: ['batches'],
        summary: 'How far a batch is',
        params: jobParamsSchema,
      },
    },
    (request): Promise<Job> => served.batches.use(request.params.id, (batch) => jobOf(served, batch)),
  );
}

/** A batch as it is now. */
export async function jobOf({ clock, placeInLine }: Served, { checkpoint }: ServedBatch): Promise<Job> {
  return toJob(await describeBatch(checkpoint, clock.now()), placeInLine);
}

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: string | undefined;
  readonly q?: string | undefined;
}

async function listJobs(
  { batches, clock, placeInLine }: Served,
  { limit, cursor, status, q = '' }: ListQuery,
): Promise<JobList> {
  const listed = await batches.store.list();
  const nowMs = clock.now();
  const wanted = q.toLowerCase();
  const jobs = listed
    .filter((one) => one.kind === 'batch')
    .map((one) => toJobSummary(one, nowMs, placeInLine))
    .filter((job) => (status === undefined || job.status === status) && job.batch_id.toLowerCase().includes(wanted))
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || a.batch_id.localeCompare(b.batch_id));
  const from = cursor === undefined ? 0 : positionAfter(jobs, cursor);
  const page = jobs.slice(from, from + limit);
  const last = page.at(-1);
  const unreadable = listed.filter((one) => one.kind === 'unreadable').slice(0, MAX_UNREADABLE);
  return {
    jobs: page,
    unreadable: cursor === undefined ? unreadable.map(({ batchId, error }) => ({ batch_id: batchId, error })) : [],
    total: jobs.length,
    next: last === undefined || from + limit >= jobs.length ? null : `${last.created_at}~${last.batch_id}`,
  };
}

/** Where the list goes on behind the batch that a cursor names, whether it is still there or not. */
function positionAfter(
  jobs: readonly { readonly created_at: string; readonly batch_id: string }[],
  cursor: string,
): number {
  const [createdAt = '', batchId] = cursor.split('~', 2);
  if (batchId === undefined) throw new PawlError('invalid_request', '/querystring/cursor: is no cursor of this list.');
  const index = jobs.findIndex(
    (job) => job.created_at < createdAt || (job.created_at === createdAt && job.batch_id.localeCompare(batchId) > 0),
  );
  return index < 0 ? jobs.length : index;
}
