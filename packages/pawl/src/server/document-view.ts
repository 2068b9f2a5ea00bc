import type { BrowsedDocument, DocumentRow } from '../checkpoint/checkpoint.ts';
import type { JsonObject } from '../domain/document.ts';
import { firstString } from '../domain/first-string.ts';
import type { DocumentResult } from '../domain/result.ts';
import { knownCost } from '../domain/usage.ts';
import type { DocumentDetail, DocumentSummary, RecentDocuments } from './api/document.ts';

/** A document as a list shows it; what failed has the fields of `pawl failed --json`. */
export function toDocumentSummary(row: BrowsedDocument): DocumentSummary {
  const { failure } = row;
  return {
    document_id: row.documentId,
    title: row.title,
    state: row.state,
    code: failure?.code ?? null,
    message: failure?.message ?? null,
    stage: failure?.stage ?? null,
    attempts: failure?.attempts ?? row.attempts,
    settled_at: row.settledAtMs === null ? null : new Date(row.settledAtMs).toISOString(),
    run: row.run,
    source: { ...row.source },
    tokens: row.spent.tokens,
    cost: knownCost(row.spent),
    timings: row.timings === null ? null : { ...row.timings },
  };
}

/** A document with everything that is known of it. */
export function toDocumentDetail(
  row: DocumentRow & { readonly sourceJson: string | null; readonly result: string | null },
  titleFields: readonly string[],
): DocumentDetail {
  const source = row.sourceJson === null ? null : (JSON.parse(row.sourceJson) as JsonObject);
  const title = source === null ? null : (firstString(source, titleFields) ?? null);
  return {
    ...toDocumentSummary({ ...row, title }),
    deaths: row.deaths,
    source_document: source,
    result: row.result === null ? null : (JSON.parse(row.result) as DocumentResult),
    raw_answer: row.failure?.rawAnswer ?? null,
  };
}

/** A processed document as plots need it; nothing for one that is none. */
export function toRecentDocument({ documentId, settledAtMs, timings }: DocumentRow): RecentDocuments['documents'] {
  if (settledAtMs === null || timings === null) return [];
  return [{ document_id: documentId, settled_at: new Date(settledAtMs).toISOString(), timings: { ...timings } }];
}
