import type { Batch, BatchSettings, PipelineIdentity } from '../../domain/batch.ts';
import { allowedBatchMoves, type BatchMove, type BatchStatus, nextBatchStatus } from '../../domain/batch-status.ts';
import { PawlError } from '../../domain/errors.ts';
import type { Authorship } from '../checkpoint.ts';
import { addHistory } from './history.ts';
import type { Session } from './session.ts';
import { readUsage } from './usage.ts';

interface BatchRow {
  batch_id: string;
  job_id: string;
  status: BatchStatus;
  reason: string | null;
  total: number;
  processed: number;
  failed: number;
  created_at: number;
  updated_at: number;
  pipeline: string;
  settings: string;
  settings_version: number;
  is_collection: number;
  accepted: number;
  results_epoch: number;
  control_id: number;
  control_now: number;
}

export function readBatch(session: Session): Batch {
  const row = session.sql('SELECT * FROM batch').get() as BatchRow | undefined;
  if (row === undefined) throw new PawlError('checkpoint_damaged', `The checkpoint holds no batch: ${session.path}.`);
  return {
    batchId: row.batch_id,
    jobId: row.job_id,
    status: row.status,
    reason: row.reason,
    total: row.total,
    processed: row.processed,
    failed: row.failed,
    usage: readUsage(session),
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    pipeline: JSON.parse(row.pipeline) as PipelineIdentity,
    settings: JSON.parse(row.settings) as BatchSettings,
    isCollection: row.is_collection === 1,
    settingsVersion: row.settings_version,
    accepted: row.accepted === 1,
    resultsEpoch: row.results_epoch,
    controlId: row.control_id,
    controlNow: row.control_now === 1,
  };
}

/** Changes of the counters, in the transaction that changes the rows they count. */
export interface Counting {
  readonly total?: number;
  readonly processed?: number;
  readonly failed?: number;
}

export function count(session: Session, { total = 0, processed = 0, failed = 0 }: Counting, atMs: number): void {
  session
    .sql('UPDATE batch SET total = total + ?, processed = processed + ?, failed = failed + ?, updated_at = ?')
    .run(total, processed, failed, atMs);
}

/**
 * Moves the batch by the transition table and writes it to the history, inside the caller's transaction.
 * @throws {PawlError} `refused_transition`
 */
export function moveBatch(
  session: Session,
  move: BatchMove,
  options: { readonly reason: string | null; readonly run: number | null },
  author: Authorship,
): void {
  const [status, next] = requireMove(session, move);
  session.sql('UPDATE batch SET status = ?, reason = ?, updated_at = ?').run(next, options.reason, author.atMs);
  addHistory(session, { event: EVENTS[move], from: status, to: next, details: {}, ...options }, author);
}

/** Where `move` leads from where. @throws {PawlError} `refused_transition` when it does not exist */
export function requireMove(session: Session, move: BatchMove): readonly [from: BatchStatus, to: BatchStatus] {
  const { batchId, status } = readBatch(session);
  const next = nextBatchStatus(status, move);
  if (next === undefined) throw refusedMove(batchId, status, move);
  return [status, next];
}

/** How the history calls a move. */
const EVENTS: Readonly<Record<BatchMove, string>> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  stop: 'stopped',
  complete: 'completed',
  fail: 'failed',
  retry: 'retried',
  add: 'added',
};

function refusedMove(batchId: string, status: BatchStatus, move: BatchMove): PawlError {
  const allowed = allowedBatchMoves(status);
  const ways =
    allowed.length === 0 ? 'nothing can be done with it any more but to delete it' : `allowed: ${allowed.join(', ')}`;
  return new PawlError('refused_transition', `Batch ${batchId} is ${status}; it cannot ${move} (${ways}).`);
}

/** @throws {PawlError} `lease_lost` unless `run` holds the batch */
export function requireHolder(session: Session, run: number): void {
  const { holder } = session.sql('SELECT holder FROM batch').get() as { holder: number | null };
  if (holder === run) return;
  throw new PawlError(
    'lease_lost',
    `Run ${run} no longer holds the batch${holder === null ? '' : `; run ${holder} does`}. It saves nothing more.`,
  );
}

/** For changes that no run makes. @throws {PawlError} `batch_is_running` when a run holds the batch */
export function requireFree(session: Session): void {
  const { holder } = session.sql('SELECT holder FROM batch').get() as { holder: number | null };
  if (holder === null) return;
  throw new PawlError('batch_is_running', `Run ${holder} holds the batch; only that run may change this.`);
}
