import type { HistoryEntry } from '../../domain/batch.ts';
import type { BatchStatus } from '../../domain/batch-status.ts';
import type { JsonObject } from '../../domain/document.ts';
import type { Authorship } from '../checkpoint.ts';
import type { Session } from './session.ts';

export type NewHistoryEntry = Pick<HistoryEntry, 'event' | 'reason' | 'run' | 'details'> &
  Partial<Pick<HistoryEntry, 'from' | 'to'>>;

/** Writes a line to the history, inside the caller's transaction. */
export function addHistory(session: Session, entry: NewHistoryEntry, { atMs, by }: Authorship): void {
  session
    .sql(
      `INSERT INTO history (at, event, from_status, to_status, by, reason, run, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      atMs,
      entry.event,
      entry.from ?? null,
      entry.to ?? null,
      by,
      entry.reason,
      entry.run,
      JSON.stringify(entry.details),
    );
}

interface HistoryRow {
  seq: number;
  at: number;
  event: string;
  from_status: BatchStatus | null;
  to_status: BatchStatus | null;
  by: string;
  reason: string | null;
  run: number | null;
  details: string;
}

export function readHistory(session: Session, afterSeq: number, limit: number): HistoryEntry[] {
  const rows = session
    .sql('SELECT * FROM history WHERE seq > ? ORDER BY seq LIMIT ?')
    .all(afterSeq, limit) as HistoryRow[];
  return rows.map((row) => ({
    seq: row.seq,
    atMs: row.at,
    event: row.event,
    from: row.from_status,
    to: row.to_status,
    by: row.by,
    reason: row.reason,
    run: row.run,
    details: JSON.parse(row.details) as JsonObject,
  }));
}
