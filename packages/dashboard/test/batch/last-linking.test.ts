import { expect, test } from 'vitest';
import type { HistoryItem } from '../../../pawl/src/server/api/api.ts';
import { lastLinking } from '../../src/batch/last-linking.ts';

function history(...events: readonly string[]): HistoryItem[] {
  const at = '2026-01-01T00:00:00.000Z';
  return events.map((event, i) => ({
    seq: i + 1,
    at,
    event,
    from: null,
    to: null,
    by: 'a',
    reason: null,
    run: 1,
    details: {},
  }));
}

test('how linking ended is what the history said of it last', () => {
  expect(lastLinking(history('created', 'accepted', 'completed'))).toBeNull();
  expect(lastLinking(history('storylines_settled', 'linking_failed', 'completed'))?.event).toBe('linking_failed');
  expect(lastLinking(history('linking_failed', 'storylines_settled', 'completed'))?.event).toBe('storylines_settled');
});
