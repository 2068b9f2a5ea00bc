import { describe, expect, test } from 'vitest';
import type { JobList, JobSummary } from '../../../pawl/src/server/api/api.ts';
import { addChanges, withChanges } from '../../src/batches/job-changes.ts';

const job = (batch_id: string, day: number, processed = 0): JobSummary => ({
  batch_id,
  job_id: '5c3e5859-c75a-4a7f-90b2-048abe0cd197',
  status: 'RUNNING',
  reason: null,
  total_documents: 10,
  processed,
  failed: 0,
  remaining: 10 - processed,
  progress_percentage: processed * 10,
  created_at: `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`,
  updated_at: '2026-11-30T00:00:00.000Z',
  queue_position: null,
});
const list: JobList = { jobs: [job('new', 20), job('old', 10)], unreadable: [], total: 3, next: 'cursor' };
const ids = ({ jobs }: JobList) => jobs.map(({ batch_id }) => batch_id);

describe('a list of batches that changes', () => {
  test('shows a batch as it was told last', () => {
    const changes = addChanges(addChanges(new Map(), { jobs: [job('old', 10, 3)], removed: [] }), {
      jobs: [job('old', 10, 4)],
      removed: [],
    });
    expect(withChanges(list, changes, '').jobs[1]?.processed).toBe(4);
  });

  test('takes in new batches at the top and lets go of those that are gone', () => {
    const changes = addChanges(new Map(), { jobs: [job('newer', 21), job('newest', 22)], removed: ['old'] });
    expect(ids(withChanges(list, changes, ''))).toEqual(['newest', 'newer', 'new']);
  });

  test('leaves older batches to the next page, and others to another search', () => {
    const changes = addChanges(new Map(), { jobs: [job('oldest', 1), job('newest', 22)], removed: [] });
    expect(ids(withChanges(list, changes, ''))).toEqual(['newest', 'new', 'old']);
    expect(ids(withChanges({ ...list, jobs: [] }, changes, 'OLD'))).toEqual(['oldest']);
  });
});
