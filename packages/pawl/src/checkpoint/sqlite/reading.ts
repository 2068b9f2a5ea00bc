import type { JsonObject } from '../../domain/document.ts';
import type { DocumentState } from '../../domain/document-state.ts';
import { firstString } from '../../domain/first-string.ts';
import type {
  BrowsedDocument,
  BrowseFilter,
  DocumentFilter,
  DocumentRow,
  OutcomeRow,
  SinkState,
  StageTimings,
  StoredDocument,
  StoredResult,
} from '../checkpoint.ts';
import { requireHolder } from './batch-row.ts';
import type { Session } from './session.ts';
import { takeBytes } from './take-bytes.ts';

export function readResults(
  session: Session,
  options: { readonly afterSeq: number; readonly limit: number; readonly maxBytes: number },
): StoredResult[] {
  const rows = session
    .sql(
      `SELECT r.result_seq AS resultSeq, d.document_id AS documentId, r.committed_at AS committedAtMs,
         CAST(r.result AS BLOB) AS result, l.storyline_id AS storylineId
       FROM results r JOIN documents d ON d.seq = r.seq LEFT JOIN linked_documents l ON l.result_seq = r.result_seq
       WHERE r.result_seq > ? ORDER BY r.result_seq LIMIT ?`,
    )
    .iterate(options.afterSeq, options.limit) as IterableIterator<StoredResult>;
  return [...takeBytes(rows, options.maxBytes, ({ result }) => result.length)];
}

export function readOutcomes(
  session: Session,
  options: { readonly afterSeq: number; readonly limit: number; readonly maxBytes: number },
): OutcomeRow[] {
  const rows = session
    .sql(
      `SELECT d.seq, d.document_id AS documentId, d.state, d.acceptance, a.source_name AS name, d.line, f.code, r.result
       FROM ${JOINS} WHERE d.seq > ? ORDER BY d.seq LIMIT ?`,
    )
    .iterate(options.afterSeq, options.limit) as IterableIterator<
    Omit<OutcomeRow, 'source'> & { name: string; line: number }
  >;
  return Array.from(
    takeBytes(rows, options.maxBytes, ({ result }) => result?.length ?? 0),
    ({ name, line, ...row }) => ({
      ...row,
      source: { name, line },
    }),
  );
}

interface JoinedRow {
  seq: number;
  document_id: string;
  state: DocumentState;
  attempts: number;
  deaths: number;
  line: number;
  source_name: string;
  content_hash: string;
  settled_at: number | null;
  run: number | null;
  code: string | null;
  message: string | null;
  stage: string | null;
  tries: number | null;
  raw_answer: string | null;
  timings: string | null;
  suspicious: string | null;
  tokens: number;
  cost_nanos: number;
  unpriced_tokens: number;
}

const COLUMNS = `d.seq, d.document_id, d.state, d.attempts, d.deaths, d.line, a.source_name, d.content_hash, d.settled_at, d.run,
  f.code, f.message, f.stage, f.attempts AS tries, f.raw_answer, r.timings, r.suspicious,
  coalesce((SELECT sum(input_tokens + output_tokens) FROM usage WHERE seq = d.seq), 0) AS tokens,
  coalesce((SELECT sum(cost_nanos) FROM usage WHERE seq = d.seq), 0) AS cost_nanos,
  coalesce((SELECT sum(unpriced_tokens) FROM usage WHERE seq = d.seq), 0) AS unpriced_tokens`;
const JOINS = `documents d JOIN acceptances a ON a.acceptance = d.acceptance
  LEFT JOIN failures f ON f.seq = d.seq LEFT JOIN results r ON r.seq = d.seq`;

export function readDocuments(
  session: Session,
  { state, code, suspicious }: DocumentFilter,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): DocumentRow[] {
  // A literal for the state lets SQLite use the partial indexes.
  const ofState = state === undefined ? '' : STATE_CONDITIONS[state];
  const doubted = suspicious === true ? `AND d.seq IN (${SUSPICIOUS_SEQS})` : '';
  const rows = session
    .sql(
      `SELECT ${COLUMNS} FROM ${JOINS} WHERE d.seq > @afterSeq ${ofState} ${doubted} AND (@code IS NULL OR f.code = @code) ORDER BY d.seq LIMIT @limit`,
    )
    .all({ afterSeq, code: code ?? null, limit }) as JoinedRow[];
  return rows.map(toDocumentRow);
}

/** What one page of browsing may look at: documents, and characters of their inputs. */
const MAX_BROWSED = 2_000;
const MAX_BROWSED_CHARS = 8 * 1024 * 1024;

export function browseDocuments(
  session: Session,
  { state, code, text, titleFields }: BrowseFilter,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): { documents: BrowsedDocument[]; nextAfterSeq: number | null } {
  const ofState = state === undefined ? '' : STATE_CONDITIONS[state];
  const rows = session
    .sql(
      `SELECT ${COLUMNS}, s.source FROM ${JOINS} LEFT JOIN sources s ON s.seq = d.seq
       WHERE d.seq > @afterSeq ${ofState} AND (@code IS NULL OR f.code = @code) ORDER BY d.seq`,
    )
    .iterate({ afterSeq, code: code ?? null }) as IterableIterator<JoinedRow & { source: string | null }>;
  const wanted = text?.toLowerCase() ?? '';
  const documents: BrowsedDocument[] = [];
  let seen = 0;
  let chars = 0;
  for (const { source, ...row } of rows) {
    const title = source === null ? null : titleOf(source, titleFields);
    const isWanted = [row.document_id, title ?? ''].some((name) => name.toLowerCase().includes(wanted));
    if (isWanted) documents.push({ ...toDocumentRow(row), title });
    seen += 1;
    chars += source?.length ?? 0;
    if (documents.length >= limit || seen >= MAX_BROWSED || chars >= MAX_BROWSED_CHARS)
      return { documents, nextAfterSeq: row.seq };
  }
  return { documents, nextAfterSeq: null };
}

function titleOf(source: string, titleFields: readonly string[]): string | null {
  return firstString(JSON.parse(source) as JsonObject, titleFields) ?? null;
}

// By the partial index alone: of a million results a few are suspicious.
const SUSPICIOUS_SEQS =
  'SELECT seq FROM results WHERE suspicious IS NOT NULL AND seq > @afterSeq ORDER BY seq LIMIT @limit';

const STATE_CONDITIONS: Readonly<Record<DocumentState, string>> = {
  pending: `AND d.state = 'pending'`,
  processed: `AND d.state = 'processed'`,
  failed: `AND d.state = 'failed'`,
};

export function readRecentlyProcessed(session: Session, limit: number): DocumentRow[] {
  const rows = session
    .sql(
      `SELECT ${COLUMNS} FROM (SELECT seq FROM results ORDER BY result_seq DESC LIMIT ?) latest
       JOIN documents d ON d.seq = latest.seq JOIN acceptances a ON a.acceptance = d.acceptance
       LEFT JOIN failures f ON f.seq = d.seq LEFT JOIN results r ON r.seq = d.seq ORDER BY r.result_seq DESC`,
    )
    .all(limit) as JoinedRow[];
  return rows.map(toDocumentRow);
}

export function readDocument(session: Session, documentId: string): (DocumentRow & StoredDocument) | null {
  const row = session
    .sql(
      `SELECT ${COLUMNS}, s.source, r.result, l.storyline_id AS storylineId FROM ${JOINS}
       LEFT JOIN sources s ON s.seq = d.seq LEFT JOIN linked_documents l ON l.result_seq = r.result_seq
       WHERE d.document_id = ?`,
    )
    .get(documentId) as
    | (JoinedRow & { source: string | null; result: string | null; storylineId: string | null })
    | undefined;
  if (row === undefined) return null;
  return { ...toDocumentRow(row), sourceJson: row.source, result: row.result, storylineId: row.storylineId };
}

function toDocumentRow(row: JoinedRow): DocumentRow {
  return {
    seq: row.seq,
    documentId: row.document_id,
    state: row.state,
    attempts: row.attempts,
    deaths: row.deaths,
    source: { name: row.source_name, line: row.line },
    contentHash: row.content_hash,
    settledAtMs: row.settled_at,
    run: row.run,
    failure:
      row.code === null
        ? null
        : {
            code: row.code,
            message: row.message ?? '',
            stage: row.stage ?? 'run',
            attempts: row.tries ?? 1,
            ...(row.raw_answer === null ? {} : { rawAnswer: row.raw_answer }),
          },
    timings: row.timings === null ? null : (JSON.parse(row.timings) as StageTimings),
    suspicious: row.suspicious,
    spent: { tokens: row.tokens, costNanos: row.cost_nanos, unpricedTokens: row.unpriced_tokens },
  };
}

export function readFailureCounts(session: Session): { code: string; stage: string; count: number }[] {
  return session
    .sql('SELECT code, stage, count(*) AS count FROM failures GROUP BY code, stage ORDER BY count DESC, code, stage')
    .all() as { code: string; stage: string; count: number }[];
}

interface SinkRow {
  name: string;
  result_seq: number;
  epoch: number;
  position: string;
  delivered: number;
  settlement: number | null;
  error: string | null;
  failing_since: number | null;
  updated_at: number;
}

export function readSinks(session: Session): SinkState[] {
  const rows = session.sql('SELECT * FROM sinks ORDER BY name').all() as SinkRow[];
  return rows.map((row) => ({
    name: row.name,
    resultSeq: row.result_seq,
    epoch: row.epoch,
    position: JSON.parse(row.position) as JsonObject,
    delivered: row.delivered,
    settlement: row.settlement,
    error: row.error,
    failingSinceMs: row.failing_since,
    updatedAtMs: row.updated_at,
  }));
}

export function saveSink(session: Session, run: number | null, state: SinkState): void {
  if (run !== null) requireHolder(session, run);
  session
    .sql(
      `INSERT OR REPLACE INTO sinks (name, result_seq, epoch, position, delivered, settlement, error, failing_since, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      state.name,
      state.resultSeq,
      state.epoch,
      JSON.stringify(state.position),
      state.delivered,
      state.settlement,
      state.error,
      state.failingSinceMs,
      state.updatedAtMs,
    );
}
