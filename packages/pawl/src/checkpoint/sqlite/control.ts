import type { BatchSettings, PipelineIdentity } from '../../domain/batch.ts';
import type { BatchMove } from '../../domain/batch-status.ts';
import type { JsonObject } from '../../domain/document.ts';
import { PawlError } from '../../domain/errors.ts';
import type { Authorship } from '../checkpoint.ts';
import { takesNoDocuments } from '../collection-state.ts';
import { count, moveBatch, readBatch } from './batch-row.ts';
import { statesBefore } from './document-state-sql.ts';
import { addHistory } from './history.ts';
import { takeBackResult } from './outcomes.ts';
import type { Session } from './session.ts';

/**
 * Moves the batch; `pause` and `stop` by others than the run itself become an order to it. A run resumes only from the
 * pause of its working hours, which it made itself.
 */
export function transition(
  session: Session,
  move: BatchMove,
  options: { readonly reason: string | null; readonly now: boolean; readonly run: number | null },
  author: Authorship,
): void {
  if (move === 'resume' && options.run !== null) requireOwnPause(session);
  moveBatch(session, move, options, author);
  if (options.run !== null || (move !== 'pause' && move !== 'stop')) return;
  session.sql('UPDATE batch SET control_id = control_id + 1, control_now = ?').run(options.now ? 1 : 0);
}

function requireOwnPause(session: Session): void {
  const { batchId, status, reason } = readBatch(session);
  if (status !== 'PAUSED' || reason === 'working_hours') return;
  throw new PawlError('refused_transition', `Batch ${batchId} was paused by an order; its run does not resume it.`);
}

/** Makes failed documents pending, rejected lines apart. */
export function retryFailed(
  session: Session,
  filter: { readonly codes: readonly string[]; readonly documentIds: readonly string[] },
  author: Authorship,
): number {
  const seqs = session
    .column(
      `SELECT d.seq FROM documents d JOIN failures f ON f.seq = d.seq
       WHERE d.state IN ${statesBefore('retry')} AND f.stage <> 'accept'
         AND (json_array_length(@codes) = 0 OR f.code IN (SELECT value FROM json_each(@codes)))
         AND (json_array_length(@ids) = 0 OR d.document_id IN (SELECT value FROM json_each(@ids)))`,
    )

    .all({ codes: JSON.stringify(filter.codes), ids: JSON.stringify(filter.documentIds) }) as number[];
  if (seqs.length === 0) return 0;
  moveBatch(session, 'retry', { reason: `${seqs.length} failed documents`, run: null }, author);
  for (const seq of seqs) {
    session.sql('DELETE FROM failures WHERE seq = ?').run(seq);
    session.sql(`UPDATE documents SET state = 'pending', settled_at = NULL, deaths = 0 WHERE seq = ?`).run(seq);
  }
  count(session, { failed: -seqs.length }, author.atMs);
  return seqs.length;
}

export function updateSettings(
  session: Session,
  settings: BatchSettings,
  change: JsonObject,
  author: Authorship,
): void {
  session
    .sql('UPDATE batch SET settings = ?, settings_version = settings_version + 1, updated_at = ?')
    .run(JSON.stringify(settings), author.atMs);
  addHistory(session, { event: 'settings_changed', reason: null, run: null, details: change }, author);
}

/** Replaces the pipeline; documents that have a result become pending for the stages in `redo`. */
export function replacePipeline(
  session: Session,
  pipeline: PipelineIdentity,
  settings: BatchSettings,
  redo: readonly string[],
  author: Authorship,
): number {
  const { isCollection, batchId } = readBatch(session);
  if (isCollection) throw takesNoDocuments(batchId);
  session
    .sql('UPDATE batch SET pipeline = ?, settings = ?, settings_version = settings_version + 1, updated_at = ?')
    .run(JSON.stringify(pipeline), JSON.stringify(settings), author.atMs);
  const redone = redo.length === 0 ? 0 : redoProcessed(session, redo, author);
  const details = { redo: [...redo], documents: redone };
  addHistory(session, { event: 'pipeline_replaced', reason: null, run: null, details }, author);
  const reopens = redone > 0 && readBatch(session).status === 'COMPLETED';
  if (reopens) moveBatch(session, 'add', { reason: `${redone} documents are done again`, run: null }, author);
  return redone;
}

function redoProcessed(session: Session, redo: readonly string[], author: Authorship): number {
  const seqs = session.column(`SELECT seq FROM documents WHERE state = 'processed'`).all() as number[];
  for (const seq of seqs) {
    takeBackResult(session, seq, redo, author.atMs);
    session.sql(`UPDATE documents SET state = 'pending', settled_at = NULL, deaths = 0 WHERE seq = ?`).run(seq);
  }
  return seqs.length;
}
