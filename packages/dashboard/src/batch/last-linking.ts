import type { HistoryItem } from '../../../pawl/src/server/api/api.ts';

const OF_LINKING: ReadonlySet<string> = new Set(['storylines_settled', 'linking_failed']);

/** How linking ended when it last did, whether `storylines_settled` or `linking_failed`; null when it never has. */
export function lastLinking(history: readonly HistoryItem[]): HistoryItem | null {
  return history.findLast(({ event }) => OF_LINKING.has(event)) ?? null;
}
