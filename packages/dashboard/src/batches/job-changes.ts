import type { JobList, JobSummary } from '../../../pawl/src/server/api/api.ts';

/** What the server has told of batches since the page was opened: how they are now, or null for those that are gone. */
export type JobChanges = ReadonlyMap<string, JobSummary | null>;

/** One message of the server's. */
export interface JobsMessage {
  readonly jobs: readonly JobSummary[];
  readonly removed: readonly string[];
}

export function addChanges(changes: JobChanges, { jobs, removed }: JobsMessage): JobChanges {
  const next = new Map(changes);
  for (const job of jobs) next.set(job.batch_id, job);
  for (const batchId of removed) next.set(batchId, null);
  return next;
}

/**
 * A list as it is after the changes, the newest batch first. New batches enter it where the search finds them; older ones that were
 * not loaded stay where they are, behind "show more".
 */
export function withChanges(list: JobList, changes: JobChanges, query: string): JobList {
  const known = new Set(list.jobs.map(({ batch_id }) => batch_id));
  const newest = list.jobs[0]?.created_at ?? '';
  const wanted = query.toLowerCase();
  const added = [...changes.values()].filter(
    (job): job is JobSummary =>
      job !== null &&
      !known.has(job.batch_id) &&
      job.created_at >= newest &&
      job.batch_id.toLowerCase().includes(wanted),
  );
  const kept = list.jobs.flatMap((job) => {
    const change = changes.get(job.batch_id);
    return change === null ? [] : [change ?? job];
  });
  return { ...list, jobs: [...added.sort((a, b) => b.created_at.localeCompare(a.created_at)), ...kept] };
}
