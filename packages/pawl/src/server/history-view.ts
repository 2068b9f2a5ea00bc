import type { HistoryEntry } from '../domain/batch.ts';
import type { HistoryItem } from './api/history.ts';

/** An entry of the history as `pawl history --json` gives it. */
export function toHistoryItem({ seq, atMs, event, from, to, by, reason, run, details }: HistoryEntry): HistoryItem {
  return { seq, at: new Date(atMs).toISOString(), event, from, to, by, reason, run, details: { ...details } };
}
