import type { Checkpoint, DocumentRow } from '../checkpoint/checkpoint.ts';
import { allDocuments, first } from '../checkpoint/pages.ts';
import type { BatchView } from '../engine/describe-batch.ts';
import { failureTitle } from './failure-title.ts';
import { reasonOf } from './render-status.ts';
import { dateTime } from './terminal/quantity.ts';
import { terminalText } from './terminal/terminal-text.ts';

const RECENT = 10;
const MAX_FAILED = 100;

/** The checkpoint for people: state, counts, the documents processed last and those that failed. */
export async function renderCheckpoint(view: BatchView, checkpoint: Checkpoint): Promise<string[]> {
  const share = view.total_documents === 0 ? 0 : (view.processed / view.total_documents) * 100;
  const lines = [
    `Status:     ${view.status}${reasonOf(view)}`,
    `Batch ID:   ${view.batch_id}`,
    `Job ID:     ${view.job_id}`,
    `Total:      ${view.total_documents}`,
    `Processed:  ${view.processed} (${share.toFixed(1)}%)`,
    `Failed:     ${view.failed}`,
    `Remaining:  ${view.remaining}`,
    `Created:    ${dateTime(Date.parse(view.created_at))}`,
    `Updated:    ${dateTime(Date.parse(view.updated_at))}`,
  ];
  const recent = await checkpoint.recentlyProcessed(RECENT);
  if (recent.length > 0) lines.push('', `Last ${recent.length} processed:`, ...recent.map(processedLine));
  if (view.failed > 0) lines.push('', 'Failed:', ...(await failedLines(view.failed, checkpoint)));
  return lines;
}

/** `✗ doc_105 (Timeout)`. */
export function failedLine({ documentId, failure }: DocumentRow): string {
  return `✗ ${terminalText(documentId)} (${terminalText(failureTitle(failure?.code ?? 'unknown'))})`;
}

function processedLine({ documentId }: DocumentRow): string {
  return `  ✓ ${terminalText(documentId)}`;
}

async function failedLines(failed: number, checkpoint: Checkpoint): Promise<string[]> {
  const lines: string[] = [];
  for await (const row of first(allDocuments(checkpoint, { state: 'failed' }), MAX_FAILED))
    lines.push(`  ${failedLine(row)}`);
  if (failed > lines.length) lines.push(`  ... and ${failed - lines.length} more: pawl failed lists them all`);
  return lines;
}
