import { createHash } from 'node:crypto';
import type { Checkpoint, DocumentRow } from '../checkpoint/checkpoint.ts';
import type { OutcomeLine } from './receipt.ts';

const PAGE_LIMIT = 500;

/** What became of each input line, in order of acceptance; read in pages. */
export async function* outcomeLines(checkpoint: Checkpoint): AsyncGenerator<OutcomeLine> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.documents({}, { afterSeq, limit: PAGE_LIMIT });
    for (const row of page) yield await toOutcomeLine(checkpoint, row);
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

async function toOutcomeLine(checkpoint: Checkpoint, row: DocumentRow): Promise<OutcomeLine> {
  const line = { source: row.source.name, line: row.source.line, document_id: row.documentId, outcome: row.state };
  if (row.failure !== null) return { ...line, code: row.failure.code };
  if (row.state !== 'processed') return line;
  const stored = await checkpoint.document(row.documentId);
  return { ...line, result_sha256: sha256Of(stored?.result ?? '') };
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
