import type { JsonObject } from '../../domain/document.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Authorship, Checkpoint } from '../checkpoint.ts';
import type {
  LinkedDocumentRow,
  LinkingState,
  LinkingUpdate,
  StoredStoryline,
  StorylineChangeRow,
  StorylineRow,
} from '../linking-state.ts';
import { readBatch, requireFree, requireHolder } from './batch-row.ts';
import { addHistory } from './history.ts';
import type { Session } from './session.ts';
import { takeBytes } from './take-bytes.ts';
import { addLinkingUsage } from './usage.ts';

export function readLinking(session: Session): LinkingState | null {
  const row = session
    .sql(
      `SELECT result_seq AS resultSeq, epoch, format, weights, embeddings, missing, settled_seq AS settledSeq, settlement,
         (SELECT count(*) FROM storylines) AS storylines, updated_at AS updatedAtMs FROM linking`,
    )
    .get() as LinkingState | undefined;
  return row ?? null;
}

export function resetLinking(
  session: Session,
  run: number | null,
  { epoch, format, weights, embeddings, keepSketches }: Parameters<Checkpoint['resetLinking']>[1],
  author: Authorship,
): void {
  requireMine(session, run);
  session.sql('DELETE FROM linkages').run();
  session.sql('DELETE FROM storylines').run();
  if (keepSketches) {
    const alone = new Uint8Array(0);
    session.sql('UPDATE linked_documents SET neighbours = ?, story = NULL, storyline_id = NULL').run(alone);
  } else session.sql('DELETE FROM linked_documents').run();
  session
    .sql(
      `INSERT OR REPLACE INTO linking
         (one, result_seq, epoch, format, weights, embeddings, missing, settled_seq, settlement, updated_at)
       VALUES (1, coalesce((SELECT max(result_seq) FROM linked_documents), 0), ?, ?, ?, ?, (SELECT missing FROM linking), NULL,
         coalesce((SELECT settlement FROM linking), 0), ?)`,
    )
    .run(epoch, format, weights, embeddings, author.atMs);
}

export function addLinkedDocuments(
  session: Session,
  run: number | null,
  documents: readonly LinkedDocumentRow[],
  { atMs }: Authorship,
): boolean {
  requireMine(session, run);
  if (!isOfThisEpoch(session)) return false;
  for (const row of documents) {
    session
      .sql(
        `INSERT OR REPLACE INTO linked_documents (result_seq, document_id, day, keys, neighbours, story, storyline_id, sketch)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.resultSeq,
        row.documentId,
        row.day,
        bytesOf(row.keys),
        bytesOf(row.neighbours),
        row.story,
        row.storylineId,
        row.sketch,
      );
  }
  session
    .sql('UPDATE linking SET result_seq = max(result_seq, ?), settled_seq = NULL, updated_at = ?')
    .run(documents.at(-1)?.resultSeq ?? 0, atMs);
  return true;
}

export function saveLinking(session: Session, run: number | null, update: LinkingUpdate, author: Authorship): boolean {
  requireMine(session, run);
  if (!isOfThisEpoch(session)) return false;
  for (const id of [...update.removed, ...update.storylines.map(({ storylineId }) => storylineId)]) {
    session.sql('DELETE FROM linkages WHERE storyline_id = ?').run(id);
    session.sql('DELETE FROM storylines WHERE storyline_id = ?').run(id);
  }
  for (const { resultSeq, neighbours, story, storylineId } of update.documents) {
    session
      .sql('UPDATE linked_documents SET neighbours = ?, story = ?, storyline_id = ? WHERE result_seq = ?')
      .run(bytesOf(neighbours), story, storylineId, resultSeq);
  }
  for (const storyline of update.storylines) addStoryline(session, storyline);
  session.sql('UPDATE linking SET updated_at = ?').run(author.atMs);
  if (update.settlement !== null) settle(session, run, update.settlement.changes, author);
  return true;
}

function addStoryline(session: Session, { storylineId, documents, events, storyline, linkages }: StorylineRow): void {
  session
    .sql('INSERT INTO storylines (storyline_id, documents, events, storyline) VALUES (?, ?, ?, ?)')
    .run(storylineId, documents, events, storyline);
  const insert = session.sql('INSERT INTO linkages (storyline_id, seq, linkage) VALUES (?, ?, ?)');
  linkages.forEach((linkage, i) => {
    insert.run(storylineId, i + 1, linkage);
  });
}

/** From now on storylines are measured by what they are now. Nothing is noted where nothing changed. */
function settle(
  session: Session,
  run: number | null,
  changes: NonNullable<LinkingUpdate['settlement']>['changes'],
  author: Authorship,
): void {
  session.sql('UPDATE linking SET settled_seq = result_seq, settlement = settlement + 1').run();
  if (changes.length === 0) return;
  session.sql('DELETE FROM settled_documents').run();
  session
    .sql(
      `INSERT INTO settled_documents (document_id, storyline_id)
       SELECT document_id, storyline_id FROM linked_documents WHERE storyline_id IS NOT NULL ORDER BY result_seq`,
    )
    .run();
  for (const { kind, storylineId, details } of changes) {
    session
      .sql('INSERT INTO storyline_changes (at, kind, storyline_id, details) VALUES (?, ?, ?, ?)')
      .run(author.atMs, kind, storylineId, JSON.stringify(details));
  }
  const counts: Record<string, number> = { storylines: readLinking(session)?.storylines ?? 0 };
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  addHistory(session, { event: 'storylines_settled', reason: null, run, details: counts }, author);
}

export function sayMissing(session: Session, run: number | null, missing: string | null, author: Authorship): void {
  requireMine(session, run);
  if (readLinking(session)?.missing === missing) return;
  session.sql('UPDATE linking SET missing = ?').run(missing);
  if (missing !== null) addHistory(session, { event: 'storylines_lack', reason: missing, run, details: {} }, author);
}

export function payForLinking(session: Session, run: number | null, usage: Usage): void {
  requireMine(session, run);
  addLinkingUsage(session, run, usage);
}

/** A run links its own batch; without a run only where none holds it. */
function requireMine(session: Session, run: number | null): void {
  if (run === null) requireFree(session);
  else requireHolder(session, run);
}

function isOfThisEpoch(session: Session): boolean {
  return readLinking(session)?.epoch === readBatch(session).resultsEpoch;
}

export function readLinkedDocuments(
  session: Session,
  { afterSeq, limit, maxBytes }: { readonly afterSeq: number; readonly limit: number; readonly maxBytes: number },
): LinkedDocumentRow[] {
  const rows = session
    .sql(
      `SELECT result_seq AS resultSeq, document_id AS documentId, day, keys, neighbours, story, storyline_id AS storylineId, sketch
       FROM linked_documents WHERE result_seq > ? ORDER BY result_seq LIMIT ?`,
    )
    .iterate(afterSeq, limit) as IterableIterator<
    Omit<LinkedDocumentRow, 'keys' | 'neighbours'> & { keys: Buffer; neighbours: Buffer }
  >;
  return Array.from(
    takeBytes(rows, maxBytes, ({ sketch }) => sketch.length),
    ({ keys, neighbours, ...row }) => ({
      ...row,
      sketch: new Uint8Array(row.sketch),
      keys: new Uint32Array(new Uint8Array(keys).buffer),
      neighbours: new Float64Array(new Uint8Array(neighbours).buffer),
    }),
  );
}

export function readSettledDocuments(
  session: Session,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): { seq: number; documentId: string; storylineId: string }[] {
  return session
    .sql(
      `SELECT seq, document_id AS documentId, storyline_id AS storylineId FROM settled_documents
       WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(afterSeq, limit) as { seq: number; documentId: string; storylineId: string }[];
}

export function readStorylines(
  session: Session,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): StoredStoryline[] {
  return session
    .sql(
      `SELECT storyline_id AS storylineId, documents, events, storyline FROM storylines
       ORDER BY documents DESC, storyline_id LIMIT ? OFFSET ?`,
    )
    .all(limit, offset) as StoredStoryline[];
}

export function readStoryline(session: Session, storylineId: string): StoredStoryline | null {
  const row = session
    .sql('SELECT storyline_id AS storylineId, documents, events, storyline FROM storylines WHERE storyline_id = ?')
    .get(storylineId) as StoredStoryline | undefined;
  return row ?? null;
}

export function readLinkages(
  session: Session,
  storylineId: string,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): { seq: number; linkage: string }[] {
  return session
    .sql('SELECT seq, linkage FROM linkages WHERE storyline_id = ? AND seq > ? ORDER BY seq LIMIT ?')
    .all(storylineId, afterSeq, limit) as { seq: number; linkage: string }[];
}

export function readStorylineChanges(
  session: Session,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): StorylineChangeRow[] {
  const rows = session
    .sql(
      `SELECT seq, at AS atMs, kind, storyline_id AS storylineId, details FROM storyline_changes
       WHERE seq > ? ORDER BY seq LIMIT ?`,
    )
    .all(afterSeq, limit) as (Omit<StorylineChangeRow, 'details'> & { details: string })[];
  return rows.map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) as JsonObject }));
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
