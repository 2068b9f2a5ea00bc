import type { Finding } from '../checkpoint.ts';
import { readBatch } from './batch-row.ts';
import type { Session } from './session.ts';

const RESTORE = 'Restore the batch folder from a copy, or submit the input again under another batch id.';

/** What was paid for documents, and for linking with its run. */
const ALL_USAGE = `
  SELECT NULL AS run, provider, model, requests, input_tokens, output_tokens, cost_nanos, unpriced_tokens FROM usage
  UNION ALL
  SELECT run, provider, model, requests, input_tokens, output_tokens, cost_nanos, unpriced_tokens FROM linking_usage`;

/** Questions whose answer is a number of rows that must not be. */
const IMPOSSIBLE_ROWS: readonly (readonly [check: string, sql: string, sentence: (rows: number) => string])[] = [
  [
    'processed_without_result',
    `SELECT count(*) FROM documents d LEFT JOIN results r ON r.seq = d.seq WHERE d.state = 'processed' AND r.seq IS NULL`,
    (rows) => `${rows} documents are marked as processed but have no result.`,
  ],
  [
    'result_without_processed',
    `SELECT count(*) FROM results r LEFT JOIN documents d ON d.seq = r.seq WHERE d.state IS NOT 'processed'`,
    (rows) => `${rows} results belong to documents that are not marked as processed.`,
  ],
  [
    'failed_without_reason',
    `SELECT count(*) FROM documents d LEFT JOIN failures f ON f.seq = d.seq WHERE d.state = 'failed' AND f.seq IS NULL`,
    (rows) => `${rows} documents are marked as failed but have no reason.`,
  ],
  [
    'reason_without_failed',
    `SELECT count(*) FROM failures f LEFT JOIN documents d ON d.seq = f.seq WHERE d.state IS NOT 'failed'`,
    (rows) => `${rows} reasons of failure belong to documents that are not marked as failed.`,
  ],
  [
    'pending_without_source',
    `SELECT count(*) FROM documents d LEFT JOIN sources s ON s.seq = d.seq WHERE d.state <> 'failed' AND s.seq IS NULL`,
    (rows) => `${rows} documents have lost their text.`,
  ],
  [
    'usage_disagrees',
    `SELECT count(*) FROM (
       SELECT provider, model, sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), sum(unpriced_tokens)
       FROM (${ALL_USAGE}) GROUP BY provider, model
       EXCEPT
       SELECT provider, model, requests, input_tokens, output_tokens, cost_nanos, unpriced_tokens FROM usage_counters
     ) FULL JOIN (
       SELECT provider, model, requests, input_tokens, output_tokens, cost_nanos, unpriced_tokens FROM usage_counters
       EXCEPT
       SELECT provider, model, sum(requests), sum(input_tokens), sum(output_tokens), sum(cost_nanos), sum(unpriced_tokens)
       FROM (${ALL_USAGE}) GROUP BY provider, model
     ) USING (provider, model)`,
    (rows) => `The tokens and costs counted for ${rows} models are not those of their documents.`,
  ],
  [
    'run_usage_disagrees',
    `SELECT (SELECT coalesce(sum(tokens), 0) FROM runs) <> (SELECT coalesce(sum(input_tokens + output_tokens), 0) FROM (${ALL_USAGE}) WHERE run IS NOT 0)
       OR (SELECT coalesce(sum(cost_nanos), 0) FROM runs) <> (SELECT coalesce(sum(cost_nanos), 0) FROM (${ALL_USAGE}) WHERE run IS NOT 0)`,
    () => 'The tokens and costs counted for the runs are not those of the documents.',
  ],
  [
    'storyline_without_documents',
    `SELECT count(*) FROM storylines s WHERE s.documents <>
       (SELECT count(*) FROM linked_documents d WHERE d.storyline_id = s.storyline_id)`,
    (rows) => `${rows} storylines do not have the documents they count.`,
  ],
  [
    'document_without_storyline',
    `SELECT count(*) FROM linked_documents d LEFT JOIN storylines s ON s.storyline_id = d.storyline_id
     WHERE d.storyline_id IS NOT NULL AND s.storyline_id IS NULL`,
    (rows) => `${rows} documents belong to storylines that do not exist.`,
  ],
  [
    'linkage_without_storyline',
    `SELECT count(*) FROM linkages l LEFT JOIN storylines s ON s.storyline_id = l.storyline_id WHERE s.storyline_id IS NULL`,
    (rows) => `${rows} linkages belong to storylines that do not exist.`,
  ],
  [
    'history_disagrees',
    `SELECT count(*) FROM batch WHERE status <> coalesce(
       (SELECT to_status FROM history WHERE to_status IS NOT NULL ORDER BY seq DESC LIMIT 1), 'QUEUED')`,
    () => 'The last change of state in the history does not lead to the present state.',
  ],
];

/** Compares the batch's counters with its rows, and its rows with each other. */
export function checkBatch(session: Session): Finding[] {
  return [...checkFile(session), ...checkCounters(session), ...checkRows(session)];
}

function checkFile(session: Session): Finding[] {
  const rows = session.pragma('quick_check(5)') as { quick_check: string }[];
  return rows
    .filter(({ quick_check }) => quick_check !== 'ok')
    .map(({ quick_check }) => ({
      check: 'database',
      message: `The database is damaged: ${quick_check}`,
      remedy: RESTORE,
    }));
}

function checkCounters(session: Session): Finding[] {
  const batch = readBatch(session);
  const rows = session
    .sql(
      `SELECT count(*) AS total, sum(state = 'processed') AS processed, sum(state = 'failed') AS failed FROM documents`,
    )
    .get() as { total: number; processed: number | null; failed: number | null };
  return (['total', 'processed', 'failed'] as const)
    .filter((counter) => batch[counter] !== (rows[counter] ?? 0))
    .map((counter) => ({
      check: `counter_${counter}`,
      message: `The counter "${counter}" says ${batch[counter]}; there are ${rows[counter] ?? 0} such documents.`,
      remedy: RESTORE,
    }));
}

function checkRows(session: Session): Finding[] {
  return IMPOSSIBLE_ROWS.flatMap(([check, sql, sentence]) => {
    const rows = session.column(sql).get() as number;
    return rows === 0 ? [] : [{ check, message: sentence(rows), remedy: RESTORE }];
  });
}
