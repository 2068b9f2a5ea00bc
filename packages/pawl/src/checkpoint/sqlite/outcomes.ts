import type { DocumentFailure } from '../../domain/outcome.ts';
import type { Authorship, DocumentRecord, PendingDocument } from '../checkpoint.ts';
import { count, requireHolder } from './batch-row.ts';
import { statesBefore } from './document-state-sql.ts';
import type { Session } from './session.ts';
import { addUsage } from './usage.ts';

/** Documents whose process died this often are handed out last and alone. */
const SUSPECT_DEATHS = 2;

/** From where a document may move to an outcome. */
const MOVABLE = { processed: statesBefore('process'), failed: statesBefore('fail') } as const;

interface PendingRow {
  seq: number;
  documentId: string;
  source: string;
  attempts: number;
  deaths: number;
  previousResult: string | null;
  redo: string | null;
}

export function readPending(
  session: Session,
  options: { readonly afterSeq: number; readonly limit: number; readonly maxBytes: number; readonly suspects: boolean },
): PendingDocument[] {
  const rows = session
    .sql(
      `SELECT d.seq, d.document_id AS documentId, s.source, d.attempts, d.deaths, p.result AS previousResult, p.redo
       FROM documents d JOIN sources s ON s.seq = d.seq LEFT JOIN superseded p ON p.seq = d.seq
       WHERE d.state = 'pending' AND d.seq > ? AND (d.deaths >= ${SUSPECT_DEATHS}) = ?
       ORDER BY d.seq LIMIT ?`,
    )
    .iterate(options.afterSeq, options.suspects ? 1 : 0, options.limit) as IterableIterator<PendingRow>;
  const page: PendingDocument[] = [];
  let bytes = 0;
  for (const { redo, ...row } of rows) {
    bytes += row.source.length + (row.previousResult?.length ?? 0);
    if (page.length > 0 && bytes > options.maxBytes) break;
    page.push({ ...row, redoStages: redo === null ? [] : (JSON.parse(redo) as string[]) });
  }
  return page;
}

/** Saves outcomes and what was paid; a document that has an outcome keeps it. Inside the caller's transaction. */
export function commitRecords(
  session: Session,
  run: number,
  records: readonly DocumentRecord[],
  { atMs }: Authorship,
): { readonly processed: number; readonly failed: number } {
  requireHolder(session, run);
  const hasSuperseded = session.column('SELECT EXISTS (SELECT 1 FROM superseded)').get() === 1;
  let processed = 0;
  let failed = 0;
  for (const record of records) {
    if (record.kind === 'spent') {
      addUsage(session, run, record.seq, record.usage);
    } else if (settle(session, record.seq, record.kind, run, atMs)) {
      if (record.kind === 'processed') {
        addResult(session, record, atMs);
        if (hasSuperseded) session.sql('DELETE FROM superseded WHERE seq = ?').run(record.seq);
        processed += 1;
      } else {
        addFailure(session, record.seq, record.failure);
        failed += 1;
      }
    }
  }
  count(session, { processed, failed }, atMs);
  session
    .sql(
      'UPDATE runs SET processed = processed + ?, failed = failed + ?, heartbeat_at = max(heartbeat_at, ?) WHERE run = ?',
    )
    .run(processed, failed, atMs, run);
  return { processed, failed };
}

/** Moves a pending document to a state with an outcome. @returns false when it is not pending */
function settle(session: Session, seq: number, state: keyof typeof MOVABLE, run: number, atMs: number): boolean {
  const { changes } = session
    .sql(
      `UPDATE documents SET state = ?, attempts = attempts + 1, settled_at = ?, run = ? WHERE seq = ? AND state IN ${MOVABLE[state]}`,
    )
    .run(state, atMs, run, seq);
  return changes === 1;
}

function addResult(session: Session, outcome: Extract<DocumentRecord, { kind: 'processed' }>, atMs: number): void {
  session
    // UTF-8 is bound as a blob.
    .sql('INSERT INTO results (seq, committed_at, timings, result, suspicious) VALUES (?, ?, ?, CAST(? AS TEXT), ?)')
    .run(outcome.seq, atMs, JSON.stringify(outcome.timings), outcome.result, outcome.suspicious ?? null);
}

function addFailure(session: Session, seq: number, failure: DocumentFailure): void {
  session
    .sql('INSERT INTO failures (seq, code, message, stage, attempts, raw_answer) VALUES (?, ?, ?, ?, ?, ?)')
    .run(seq, failure.code, failure.message, failure.stage, failure.attempts, failure.rawAnswer ?? null);
}

/**
 * Counts a death of the process to documents it had in flight; those that died `maxDeaths` times get the outcome
 * `poison_document`. Inside the caller's transaction.
 */
export function countDeaths(
  session: Session,
  seqs: readonly number[],
  maxDeaths: number,
  run: number,
  atMs: number,
): { readonly inFlight: number; readonly setAside: number } {
  let inFlight = 0;
  let setAside = 0;
  for (const seq of seqs) {
    const deaths = session
      .column(
        `UPDATE documents SET deaths = deaths + 1, attempts = attempts + 1 WHERE seq = ? AND state = 'pending' RETURNING deaths`,
      )
      .get(seq) as number | undefined;
    if (deaths === undefined) continue; // it had its outcome before the process died
    inFlight += 1;
    if (deaths < maxDeaths) continue;
    session.sql(`UPDATE documents SET state = 'failed', settled_at = ?, run = ? WHERE seq = ?`).run(atMs, run, seq);
    const message = `The process died ${deaths} times while it worked on this document.`;
    addFailure(session, seq, { code: 'poison_document', message, stage: 'run', attempts: deaths });
    setAside += 1;
  }
  if (setAside > 0) count(session, { failed: setAside }, atMs);
  return { inFlight, setAside };
}

/**
 * Takes back the result of a processed document, whose row the caller makes pending. With `redo`, the result is kept
 * for the stages that need not be done again.
 */
export function takeBackResult(session: Session, seq: number, redo: readonly string[] | null, atMs: number): void {
  if (redo !== null) {
    session
      .sql('INSERT OR REPLACE INTO superseded (seq, result, redo) SELECT seq, result, ? FROM results WHERE seq = ?')
      .run(JSON.stringify(redo), seq);
  }
  session.sql('DELETE FROM results WHERE seq = ?').run(seq);
  session.sql('UPDATE batch SET results_epoch = results_epoch + 1').run();
  count(session, { processed: -1 }, atMs);
}
