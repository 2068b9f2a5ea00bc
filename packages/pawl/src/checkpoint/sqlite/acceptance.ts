import { PawlError } from '../../domain/errors.ts';
import type { DocumentFailure } from '../../domain/outcome.ts';
import type { AcceptanceRecord, AcceptanceTally, Authorship, InputLine, InputSource } from '../checkpoint.ts';
import { takesNoDocuments } from '../collection-state.ts';
import { count, moveBatch, readBatch, requireMove } from './batch-row.ts';
import { addHistory } from './history.ts';
import { takeBackResult } from './outcomes.ts';
import type { Session } from './session.ts';

type Tally = { -readonly [Part in keyof AcceptanceTally]: number };
type DocumentLine = Extract<InputLine, { kind: 'document' }>;
type RejectedLine = Extract<InputLine, { kind: 'rejected' }>;

interface KnownDocument {
  seq: number;
  state: 'pending' | 'processed' | 'failed';
  acceptance: number;
  line: number;
  content_hash: string;
  stage: string | null;
}

export function beginAcceptance(session: Session, source: InputSource, author: Authorship): number {
  const { isCollection, batchId } = readBatch(session);
  if (isCollection) throw takesNoDocuments(batchId);
  requireMove(session, 'add');
  const { lastInsertRowid } = session
    .sql('INSERT INTO acceptances (source_name, fingerprint, started_at) VALUES (?, ?, ?)')
    .run(source.name, source.fingerprint, author.atMs);
  return Number(lastInsertRowid);
}

export function acceptLines(
  session: Session,
  acceptance: number,
  lines: readonly InputLine[],
  options: { readonly reprocessChanged: boolean },
  author: Authorship,
): AcceptanceTally {
  requireLatest(session, acceptance);
  const tally: Tally = { added: 0, known: 0, changed: 0, replaced: 0, rejected: 0 };
  for (const line of lines) {
    const part =
      line.kind === 'document'
        ? acceptDocument(session, acceptance, line, options.reprocessChanged, author)
        : acceptRejected(session, acceptance, line, author);
    tally[part] += 1;
  }
  session
    .sql(
      `UPDATE acceptances SET added = added + ?, known = known + ?, changed = changed + ?, replaced = replaced + ?, rejected = rejected + ?
       WHERE acceptance = ?`,
    )
    .run(tally.added, tally.known, tally.changed, tally.replaced, tally.rejected, acceptance);
  return tally;
}

function acceptDocument(
  session: Session,
  acceptance: number,
  line: DocumentLine,
  reprocessChanged: boolean,
  author: Authorship,
): keyof Tally {
  const known = findDocument(session, line.documentId);
  if (known === undefined) {
    addDocument(session, acceptance, line, author);
    return 'added';
  }
  if (known.acceptance === acceptance) return acceptDuplicate(session, acceptance, line, author);
  meetAgain(session, known, acceptance, line.line);
  if (known.content_hash === line.contentHash) return 'known';
  if (known.stage === 'accept') {
    // The id once stood for a line that was no document; now it is one.
    replaceContent(session, known, line, author);
    return 'added';
  }
  if (!reprocessChanged) return 'changed';
  replaceContent(session, known, line, author);
  return 'replaced';
}

/** A document belongs to the acceptance that began last of those that met it. */
function meetAgain(session: Session, known: KnownDocument, acceptance: number, line: number): void {
  if (known.acceptance > acceptance) return;
  session.sql('UPDATE documents SET acceptance = ?, line = ? WHERE seq = ?').run(acceptance, line, known.seq);
}

/** A second line of the same id in one input is an outcome of its own, whatever it says. */
function acceptDuplicate(session: Session, acceptance: number, line: DocumentLine, author: Authorship): keyof Tally {
  const message = `Line ${line.line} repeats the id ${JSON.stringify(line.documentId)}, which stands earlier in the same input.`;
  const failure: DocumentFailure = { code: 'duplicate_id', message, stage: 'accept', attempts: 1 };
  const { contentHash } = line;
  const excerpt = line.source.slice(0, 1_000);
  return acceptRejected(
    session,
    acceptance,
    { kind: 'rejected', line: line.line, contentHash, documentId: line.documentId, failure, excerpt },
    author,
  );
}

function acceptRejected(session: Session, acceptance: number, line: RejectedLine, author: Authorship): keyof Tally {
  const id = line.documentId === null ? `line-${line.line}` : `${line.documentId}#line-${line.line}`;
  for (let attempt = 1; ; attempt++) {
    const documentId = attempt === 1 ? id : `${id}-${attempt}`;
    const known = findDocument(session, documentId);
    if (known === undefined) {
      addRejected(session, acceptance, documentId, line, author);
      return 'rejected';
    }
    const isSameLine =
      known.stage === 'accept' && known.content_hash === line.contentHash && known.acceptance !== acceptance;
    if (isSameLine) {
      meetAgain(session, known, acceptance, line.line);
      return 'rejected';
    }
  }
}

function addDocument(session: Session, acceptance: number, line: DocumentLine, author: Authorship): void {
  const { lastInsertRowid: seq } = session
    .sql(`INSERT INTO documents (document_id, state, acceptance, line, content_hash) VALUES (?, 'pending', ?, ?, ?)`)
    .run(line.documentId, acceptance, line.line, line.contentHash);
  session.sql('INSERT INTO sources (seq, source) VALUES (?, ?)').run(seq, line.source);
  count(session, { total: 1 }, author.atMs);
}

function addRejected(
  session: Session,
  acceptance: number,
  documentId: string,
  line: RejectedLine,
  author: Authorship,
): void {
  const { lastInsertRowid: seq } = session
    .sql(
      `INSERT INTO documents (document_id, state, acceptance, line, content_hash, settled_at) VALUES (?, 'failed', ?, ?, ?, ?)`,
    )
    .run(documentId, acceptance, line.line, line.contentHash, author.atMs);
  const { code, message, stage, attempts } = line.failure;
  session
    .sql('INSERT INTO failures (seq, code, message, stage, attempts, raw_answer) VALUES (?, ?, ?, ?, ?, ?)')
    .run(seq, code, message, stage, attempts, line.excerpt);
  count(session, { total: 1, failed: 1 }, author.atMs);
}

/** Gives a document new content and makes it pending. */
function replaceContent(session: Session, known: KnownDocument, line: DocumentLine, author: Authorship): void {
  if (known.state === 'processed') takeBackResult(session, known.seq, null, author.atMs);
  if (known.state === 'failed') {
    session.sql('DELETE FROM failures WHERE seq = ?').run(known.seq);
    count(session, { failed: -1 }, author.atMs);
  }
  session
    .sql(`UPDATE documents SET state = 'pending', settled_at = NULL, deaths = 0, content_hash = ? WHERE seq = ?`)
    .run(line.contentHash, known.seq);
  session.sql('INSERT OR REPLACE INTO sources (seq, source) VALUES (?, ?)').run(known.seq, line.source);
  session.sql('DELETE FROM superseded WHERE seq = ?').run(known.seq);
}

export function endAcceptance(
  session: Session,
  acceptance: number,
  totals: { readonly lines: number; readonly blankLines: number; readonly inputSha256: string | null },
  author: Authorship,
): AcceptanceRecord {
  requireLatest(session, acceptance);
  dropCorrectedLines(session, acceptance, author);
  session
    .sql('UPDATE acceptances SET ended_at = ?, lines = ?, blank_lines = ?, input_sha256 = ? WHERE acceptance = ?')
    .run(author.atMs, totals.lines, totals.blankLines, totals.inputSha256, acceptance);
  session.sql('UPDATE batch SET accepted = 1').run();
  const record = readAcceptances(session).find((one) => one.acceptance === acceptance);
  if (record === undefined) throw new Error(`acceptance ${acceptance} does not exist`);
  const { added, replaced } = record.tally;
  const details = { source: record.source.name, lines: record.lines, ...record.tally };
  addHistory(session, { event: 'accepted', reason: null, run: null, details }, author);
  const { status, total, processed, failed } = readBatch(session);
  const hasWork = processed + failed < total;
  if (status === 'COMPLETED' && hasWork) {
    moveBatch(session, 'add', { reason: `${added + replaced} documents were added`, run: null }, author);
  }
  return record;
}

/**
 * Of two acceptances of one file at once only the later goes on: it reads the whole, and each would take the other's lines
 * for known or corrected. Streams are never the same. @throws {PawlError} `input_taken_over`
 */
function requireLatest(session: Session, acceptance: number): void {
  const name = session
    .column(
      `SELECT mine.source_name FROM acceptances mine JOIN acceptances later
         ON later.acceptance > mine.acceptance AND later.source_name = mine.source_name AND later.fingerprint IS NOT NULL
       WHERE mine.acceptance = ? AND mine.fingerprint IS NOT NULL`,
    )
    .get(acceptance) as string | undefined;
  if (name === undefined) return;
  throw new PawlError(
    'input_taken_over',
    `Another process has begun to accept ${name} into batch ${readBatch(session).batchId}; it accepts the whole of it.`,
  );
}

/** Rejected lines of the same file that this acceptance did not meet again are no longer part of it. A stream is no file. */
function dropCorrectedLines(session: Session, acceptance: number, author: Authorship): void {
  const seqs = session
    .column(
      `SELECT d.seq FROM documents d JOIN failures f ON f.seq = d.seq JOIN acceptances a ON a.acceptance = d.acceptance
       WHERE d.state = 'failed' AND f.stage = 'accept' AND d.acceptance < ? AND a.fingerprint IS NOT NULL
         AND a.source_name = (SELECT source_name FROM acceptances WHERE acceptance = ? AND fingerprint IS NOT NULL)`,
    )
    .all(acceptance, acceptance) as number[];
  for (const seq of seqs) {
    session.sql('DELETE FROM failures WHERE seq = ?').run(seq);
    session.sql('DELETE FROM documents WHERE seq = ?').run(seq);
  }
  if (seqs.length === 0) return;
  count(session, { total: -seqs.length, failed: -seqs.length }, author.atMs);
  const details = { lines: seqs.length };
  addHistory(session, { event: 'corrected_lines_dropped', reason: null, run: null, details }, author);
}

function findDocument(session: Session, documentId: string): KnownDocument | undefined {
  return session
    .sql(
      `SELECT d.seq, d.state, d.acceptance, d.line, d.content_hash, f.stage
       FROM documents d LEFT JOIN failures f ON f.seq = d.seq WHERE d.document_id = ?`,
    )
    .get(documentId) as KnownDocument | undefined;
}

interface AcceptanceRow extends Tally {
  acceptance: number;
  source_name: string;
  fingerprint: string | null;
  started_at: number;
  ended_at: number | null;
  lines: number;
  blank_lines: number;
  input_sha256: string | null;
}

export function readAcceptances(session: Session): AcceptanceRecord[] {
  const rows = session.sql('SELECT * FROM acceptances ORDER BY acceptance').all() as AcceptanceRow[];
  return rows.map((row) => ({
    acceptance: row.acceptance,
    source: { name: row.source_name, fingerprint: row.fingerprint },
    startedAtMs: row.started_at,
    endedAtMs: row.ended_at,
    lines: row.lines,
    blankLines: row.blank_lines,
    inputSha256: row.input_sha256,
    tally: {
      added: row.added,
      known: row.known,
      changed: row.changed,
      replaced: row.replaced,
      rejected: row.rejected,
    },
  }));
}
