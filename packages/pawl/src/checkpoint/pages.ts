import type { HistoryEntry } from '../domain/batch.ts';
import type { Checkpoint, DocumentFilter, DocumentRow, OutcomeRow, StoredResult } from './checkpoint.ts';
import type { LinkedDocumentRow, StoredStoryline } from './linking-state.ts';

const PAGE_ROWS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;

/** Every result, in the order of commit, a page at a time. */
export async function* allResults(checkpoint: Checkpoint): AsyncGenerator<StoredResult> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.results({ afterSeq, limit: PAGE_ROWS, maxBytes: PAGE_BYTES });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.resultSeq;
  }
}

/** Every document that `filter` lets through, in the order of acceptance, a page at a time. */
export async function* allDocuments(checkpoint: Checkpoint, filter: DocumentFilter = {}): AsyncGenerator<DocumentRow> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.documents(filter, { afterSeq, limit: PAGE_ROWS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

/** Every document with what became of it, in the order of acceptance, a page at a time. */
export async function* allOutcomes(checkpoint: Checkpoint): AsyncGenerator<OutcomeRow> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.outcomes({ afterSeq, limit: PAGE_ROWS, maxBytes: PAGE_BYTES });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

/** The whole history, oldest first, a page at a time. */
export async function* wholeHistory(checkpoint: Checkpoint): AsyncGenerator<HistoryEntry> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.history({ afterSeq, limit: PAGE_ROWS });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

/** Every storyline, those of most documents first, a page at a time. */
export async function* allStorylines(checkpoint: Checkpoint): AsyncGenerator<StoredStoryline> {
  for (let offset = 0; ; offset += PAGE_ROWS) {
    const page = await checkpoint.storylines({ offset, limit: PAGE_ROWS });
    yield* page;
    if (page.length < PAGE_ROWS) return;
  }
}

/** JSON of every storyline, as {@link allStorylines}. */
export async function* storylineTexts(checkpoint: Checkpoint): AsyncGenerator<string> {
  for await (const { storyline } of allStorylines(checkpoint)) yield storyline;
}

/** JSON of every linkage, in the order of the storylines, a page at a time. */
export async function* allLinkages(checkpoint: Checkpoint): AsyncGenerator<string> {
  for await (const { storylineId } of allStorylines(checkpoint)) yield* linkagesOf(checkpoint, storylineId);
}

/** JSON of the linkages of one storyline, a page at a time. */
export async function* linkagesOf(checkpoint: Checkpoint, storylineId: string): AsyncGenerator<string> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.linkages(storylineId, { afterSeq, limit: PAGE_ROWS });
    for (const { linkage } of page) yield linkage;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    afterSeq = last.seq;
  }
}

/** The first `limit` items. */
export async function* first<T>(items: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  if (limit <= 0) return;
  let taken = 0;
  for await (const item of items) {
    yield item;
    if (++taken >= limit) return;
  }
}

/** Every document as it is linked, in the order of results, a page at a time. */
export async function* allLinkedDocuments(checkpoint: Checkpoint): AsyncGenerator<LinkedDocumentRow> {
  let afterSeq = 0;
  for (;;) {
    const page = await checkpoint.linkedDocuments({ afterSeq, limit: PAGE_ROWS, maxBytes: PAGE_BYTES });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.resultSeq;
  }
}
