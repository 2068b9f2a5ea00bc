import { PawlError } from '../../domain/errors.ts';
import type { Authorship } from '../checkpoint.ts';
import type { CollectedResult, CollectedSource, CollectionTally } from '../collection-state.ts';
import { count, readBatch, requireMove } from './batch-row.ts';
import { addHistory } from './history.ts';
import { takeBackResult } from './outcomes.ts';
import type { Session } from './session.ts';

// How a collection takes results of other batches. Each reading of a source is an acceptance whose input is the source: a page
// of results and how far the source was read are saved together, so a reading that was cut off goes on where it was.

export function readCollectedSources(session: Session): CollectedSource[] {
  return session
    .sql(
      `SELECT batch_id AS batchId, job_id AS jobId, epoch, result_seq AS resultSeq, reread_since AS rereadSince, read_at AS readAtMs,
         (SELECT count(*) FROM documents d WHERE d.document_id >= batch_id || '/' AND d.document_id < batch_id || '0') AS documents
       FROM collected_sources ORDER BY batch_id`, // '0' is what follows '/'
    )
    .all() as CollectedSource[];
}

export function beginCollecting(
  session: Session,
  source: Pick<CollectedSource, 'batchId' | 'jobId' | 'epoch'>,
  { atMs }: Authorship,
): { acceptance: number; afterSeq: number } {
  requireCollection(session);
  requireMove(session, 'add');
  const { lastInsertRowid } = session
    .sql('INSERT INTO acceptances (source_name, fingerprint, started_at) VALUES (?, NULL, ?)')
    .run(source.batchId, atMs);
  const acceptance = Number(lastInsertRowid);
  session
    .sql(
      `INSERT INTO collected_sources (batch_id, job_id, epoch, result_seq, read_at) VALUES (@batchId, @jobId, @epoch, 0, @atMs)
       ON CONFLICT (batch_id) DO UPDATE SET job_id = @jobId, epoch = @epoch, result_seq = 0, reread_since = @acceptance
       WHERE job_id <> @jobId OR epoch <> @epoch`,
    )
    .run({ ...source, atMs, acceptance });
  const afterSeq = session
    .column('SELECT result_seq FROM collected_sources WHERE batch_id = ?')
    .get(source.batchId) as number;
  return { acceptance, afterSeq };
}

export function collect(
  session: Session,
  acceptance: number,
  results: readonly CollectedResult[],
  { atMs }: Authorship,
): void {
  const source = requireLatest(session, acceptance);
  const tally = { added: 0, known: 0, replaced: 0 };
  for (const result of results) tally[collectOne(session, acceptance, result, atMs)] += 1;
  session
    .sql(
      `UPDATE acceptances SET lines = lines + ?, added = added + ?, known = known + ?, replaced = replaced + ?
       WHERE acceptance = ?`,
    )
    .run(results.length, tally.added, tally.known, tally.replaced, acceptance);
  session
    .sql('UPDATE collected_sources SET result_seq = max(result_seq, ?), read_at = ? WHERE batch_id = ?')
    .run(results.at(-1)?.resultSeq ?? 0, atMs, source);
}

function collectOne(
  session: Session,
  acceptance: number,
  collected: CollectedResult,
  atMs: number,
): 'added' | 'known' | 'replaced' {
  const { documentId, resultSeq, contentHash } = collected;
  const known = session
    .sql('SELECT seq, content_hash AS contentHash FROM documents WHERE document_id = ?')
    .get(documentId) as { seq: number; contentHash: string } | undefined;
  if (known === undefined) {
    const { lastInsertRowid: seq } = session
      .sql(
        `INSERT INTO documents (document_id, state, acceptance, line, content_hash, settled_at)
         VALUES (?, 'processed', ?, ?, ?, ?)`,
      )
      .run(documentId, acceptance, resultSeq, contentHash, atMs);
    addResult(session, Number(seq), collected, atMs);
    count(session, { total: 1, processed: 1 }, atMs);
    return 'added';
  }
  session.sql('UPDATE documents SET acceptance = ?, line = ? WHERE seq = ?').run(acceptance, resultSeq, known.seq);
  if (known.contentHash === contentHash) return 'known';
  takeBackResult(session, known.seq, null, atMs);
  session.sql('UPDATE documents SET content_hash = ?, settled_at = ? WHERE seq = ?').run(contentHash, atMs, known.seq);
  addResult(session, known.seq, collected, atMs);
  count(session, { processed: 1 }, atMs);
  return 'replaced';
}

function addResult(
  session: Session,
  seq: number,
  { source, result, timings, suspicious }: CollectedResult,
  atMs: number,
): void {
  session.sql('INSERT OR REPLACE INTO sources (seq, source) VALUES (?, ?)').run(seq, source);
  session
    .sql('INSERT INTO results (seq, committed_at, timings, result, suspicious) VALUES (?, ?, ?, ?, ?)')
    .run(seq, atMs, JSON.stringify(timings), result, suspicious);
}

export function endCollecting(session: Session, acceptance: number, author: Authorship): CollectionTally {
  const source = requireLatest(session, acceptance);
  const removed = removeUnmet(session, source, author.atMs);
  session.sql('UPDATE acceptances SET ended_at = ? WHERE acceptance = ?').run(author.atMs, acceptance);
  session
    .sql('UPDATE collected_sources SET reread_since = NULL, read_at = ? WHERE batch_id = ?')
    .run(author.atMs, source);
  const tally = session
    .sql('SELECT added, known, replaced FROM acceptances WHERE acceptance = ?')
    .get(acceptance) as Omit<CollectionTally, 'removed'>;
  const details = { source, ...tally, removed };
  addHistory(session, { event: 'collected', reason: null, run: null, details }, author);
  return { ...tally, removed };
}

/** Of a source that was read anew, removes the documents it no longer has. */
function removeUnmet(session: Session, source: string, atMs: number): number {
  const seqs = session
    .column(
      `SELECT d.seq FROM documents d JOIN acceptances a ON a.acceptance = d.acceptance
       WHERE a.source_name = @source
         AND d.acceptance < (SELECT reread_since FROM collected_sources WHERE batch_id = @source)`,
    )
    .all({ source }) as number[];
  for (const seq of seqs) {
    takeBackResult(session, seq, null, atMs);
    session.sql('DELETE FROM sources WHERE seq = ?').run(seq);
    session.sql('DELETE FROM documents WHERE seq = ?').run(seq);
  }
  count(session, { total: -seqs.length }, atMs);
  return seqs.length;
}

function requireCollection(session: Session): void {
  const { batchId, isCollection } = readBatch(session);
  if (isCollection) return;
  throw new PawlError(
    'not_a_collection',
    `Batch ${batchId} holds documents of its own; results of others do not go in it.`,
  );
}

/** The source that an acceptance reads. @throws {PawlError} `input_taken_over` when a later one reads it too */
function requireLatest(session: Session, acceptance: number): string {
  const { source, latest } = session
    .sql(
      `SELECT source_name AS source, (SELECT max(acceptance) FROM acceptances later WHERE later.source_name = mine.source_name) AS latest
       FROM acceptances mine WHERE acceptance = ?`,
    )
    .get(acceptance) as { source: string; latest: number };
  if (latest === acceptance) return source;
  const { batchId } = readBatch(session);
  throw new PawlError(
    'input_taken_over',
    `Another process has begun to take the results of batch ${source} into ${batchId}; it takes all of them.`,
  );
}
