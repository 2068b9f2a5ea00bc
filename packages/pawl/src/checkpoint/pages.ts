import type { HistoryEntry } from '../domain/batch.ts';
import type { Checkpoint, DocumentFilter, DocumentRow, OutcomeRow, StoredResult } from './checkpoint.ts';
import type { StoredStoryline } from './linking-state.ts';

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
  for await (const lines of linkageLines(checkpoint, [storylineId])) {
    yield* Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString().split('\n').slice(0, -1);
  }
}

/** All linkages as {@link allLinkages}, as bytes with a line feed behind each, many at a time. */
export async function* allLinkageLines(checkpoint: Checkpoint): AsyncGenerator<Uint8Array> {
  let [ids, documents]: [string[], number] = [[], 0];
  for await (const storyline of allStorylines(checkpoint)) {
    ids.push(storyline.storylineId);
    documents += storyline.documents;
    if (documents < PAGE_ROWS) continue;
    yield* linkageLines(checkpoint, ids);
    [ids, documents] = [[], 0];
  }
  yield* linkageLines(checkpoint, ids);
}

async function* linkageLines(checkpoint: Checkpoint, storylineIds: readonly string[]): AsyncGenerator<Uint8Array> {
  for (let skip = 0; ; ) {
    const { documents, lines } = await checkpoint.linkageLines(storylineIds, { skip, maxBytes: PAGE_BYTES });
    if (documents === 0) return;
    yield lines;
    skip += documents;
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

/** The number of the result of a document that linking has taken up; null when it has not. */
export async function linkedResultSeq(checkpoint: Checkpoint, documentId: string): Promise<number | null> {
  for (let afterSeq = 0; ; ) {
    const page = await checkpoint.linkedDocuments({ afterSeq, limit: PAGE_ROWS, maxBytes: PAGE_BYTES });
    const place = page.documentIds.indexOf(documentId);
    if (place >= 0) return page.resultSeqs[place]!;
    const last = page.resultSeqs.at(-1);
    if (last === undefined) return null;
    afterSeq = last;
  }
}
