import type { JsonObject } from '../../domain/document.ts';
import type { Usage } from '../../domain/usage.ts';
import type { Authorship, Checkpoint } from '../checkpoint.ts';
import {
  type KeptBytesQuery,
  type LinkagePart,
  type LinkedDocumentColumns,
  type LinkingState,
  type LinkingUpdate,
  type SketchedDocument,
  type StoredStoryline,
  type StorylineChangeRow,
  type StorylineRow,
  TOLD_PART,
} from '../linking-state.ts';
import { type PackedBytes, packBytes } from '../packed-bytes.ts';
import { readBatch, requireFree, requireHolder } from './batch-row.ts';
import { addHistory } from './history.ts';
import type { Session } from './session.ts';
import { takeBytes } from './take-bytes.ts';
import { addLinkingUsage } from './usage.ts';

export function readLinking(session: Session): LinkingState | null {
  const row = session
    .sql(
      `SELECT result_seq AS resultSeq, epoch, format, weights, embeddings, summaries, missing, settled_seq AS settledSeq, settlement,
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
  session.sql('DELETE FROM kept_storylines').run();
  session.sql('DELETE FROM storylines').run();
  if (keepSketches) {
    session
      .sql("UPDATE linked_documents SET is_linked = 0, storyline_id = NULL, neighbours = x'', likelihoods = x''")
      .run();
  } else {
    session.sql('DELETE FROM document_sketches').run();
    session.sql('DELETE FROM linked_documents').run();
  }
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
  documents: readonly SketchedDocument[],
  { atMs }: Authorship,
): boolean {
  requireMine(session, run);
  if (!isOfThisEpoch(session)) return false;
  for (const { resultSeq, documentId, day, keys, profile, sketch } of documents) {
    session
      .sql(
        `INSERT OR REPLACE INTO linked_documents
           (result_seq, document_id, day, is_linked, storyline_id, keys, neighbours, likelihoods)
         VALUES (?, ?, ?, 0, NULL, ?, x'', x'')`,
      )
      .run(resultSeq, documentId, day, bytesOf(keys));
    session
      .sql('INSERT OR REPLACE INTO document_sketches (result_seq, profile, sketch) VALUES (?, ?, ?)')
      .run(resultSeq, profile, sketch);
  }
  session
    .sql('UPDATE linking SET result_seq = max(result_seq, ?), settled_seq = NULL, updated_at = ?')
    .run(documents.at(-1)?.resultSeq ?? 0, atMs);
  return true;
}

export function saveLinking(session: Session, run: number | null, update: LinkingUpdate, author: Authorship): boolean {
  requireMine(session, run);
  if (!isOfThisEpoch(session)) return false;
  for (const id of update.removed) removeStoryline(session, id);
  for (const { resultSeq, neighbours, likelihoods } of update.neighbours) {
    session
      .sql('UPDATE linked_documents SET neighbours = ?, likelihoods = ? WHERE result_seq = ?')
      .run(bytesOf(neighbours), bytesOf(likelihoods), resultSeq);
  }
  for (const { resultSeq, storylineId } of update.documents) {
    session
      .sql('UPDATE linked_documents SET is_linked = 1, storyline_id = ? WHERE result_seq = ?')
      .run(storylineId, resultSeq);
  }
  for (const storyline of update.storylines) saveStoryline(session, storyline);
  session.sql('UPDATE linking SET updated_at = ?').run(author.atMs);
  if (update.settlement !== null) settle(session, run, update.settlement.changes, author);
  return true;
}

function removeStoryline(session: Session, storylineId: string): void {
  session.sql('DELETE FROM linkages WHERE storyline_id = ?').run(storylineId);
  session.sql('DELETE FROM kept_storylines WHERE storyline_id = ?').run(storylineId);
  session.sql('DELETE FROM storylines WHERE storyline_id = ?').run(storylineId);
}

/** What a model says is said of the storyline as it was. */
const NOTHING_TOLD: LinkagePart = { part: TOLD_PART, count: 0, lines: '' };

function saveStoryline(session: Session, row: StorylineRow): void {
  const { storylineId, documents, events, storyline, kept, isAnew, linkages } = row;
  session
    .sql(
      `INSERT INTO storylines (storyline_id, documents, events, storyline) VALUES (?, ?, ?, ?)
       ON CONFLICT (storyline_id) DO UPDATE
       SET documents = excluded.documents, events = excluded.events, storyline = excluded.storyline`,
    )
    .run(storylineId, documents, events, storyline);
  session.sql('INSERT OR REPLACE INTO kept_storylines (storyline_id, kept) VALUES (?, ?)').run(storylineId, kept);
  if (isAnew) session.sql('DELETE FROM linkages WHERE storyline_id = ?').run(storylineId);
  for (const part of [NOTHING_TOLD, ...linkages]) saveLinkages(session, storylineId, part);
}

function saveLinkages(session: Session, storylineId: string, { part, count, lines }: LinkagePart): void {
  if (count === 0) session.sql('DELETE FROM linkages WHERE storyline_id = ? AND part = ?').run(storylineId, part);
  else {
    session
      .sql('INSERT OR REPLACE INTO linkages (storyline_id, part, count, lines) VALUES (?, ?, ?, ?)')
      .run(storylineId, part, count, lines);
  }
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

export function retellStorylines(
  session: Session,
  run: number | null,
  { storylines, by }: Parameters<Checkpoint['retellStorylines']>[1],
  { atMs }: Authorship,
): void {
  requireMine(session, run);
  for (const { storylineId, storyline, linkages } of storylines) {
    const { changes } = session
      .sql('UPDATE storylines SET storyline = ? WHERE storyline_id = ?')
      .run(storyline, storylineId);
    if (changes === 1) saveLinkages(session, storylineId, { part: TOLD_PART, ...linkages });
  }
  session.sql('UPDATE linking SET summaries = ?, settlement = settlement + 1, updated_at = ?').run(by, atMs);
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
): LinkedDocumentColumns {
  const found = session
    .sql(
      `SELECT result_seq, document_id, day, is_linked, storyline_id, keys, neighbours, likelihoods
       FROM linked_documents WHERE result_seq > ? ORDER BY result_seq LIMIT ?`,
    )
    .iterate(afterSeq, limit) as IterableIterator<{
    result_seq: number;
    document_id: string;
    day: number | null;
    is_linked: number;
    storyline_id: string | null;
    keys: Buffer;
    neighbours: Buffer;
    likelihoods: Buffer;
  }>;
  const weigh = (row: { keys: Buffer; neighbours: Buffer }) => row.keys.length + 2 * row.neighbours.length;
  const rows = Array.from(takeBytes(found, maxBytes, weigh));
  return {
    resultSeqs: rows.map((row) => row.result_seq),
    documentIds: rows.map((row) => row.document_id),
    days: rows.map((row) => row.day),
    areLinked: rows.map((row) => row.is_linked === 1),
    storylineIds: rows.map((row) => row.storyline_id),
    keys: packBytes(rows.map((row) => row.keys)),
    neighbours: packBytes(rows.map((row) => row.neighbours)),
    likelihoods: packBytes(rows.map((row) => row.likelihoods)),
  };
}

export function readKeptBytes(session: Session, query: KeptBytesQuery): PackedBytes {
  const [sql, ids] = findKept(query);
  const read = session.column(sql);
  return packBytes(ids.map((id) => (read.get(id) as Buffer | undefined) ?? NOTHING));
}

const NOTHING = new Uint8Array(0);

function findKept(query: KeptBytesQuery): readonly [string, readonly (number | string)[]] {
  switch (query.kind) {
    case 'profiles':
      return ['SELECT profile FROM document_sketches WHERE result_seq = ?', query.resultSeqs];
    case 'sketches':
      return ['SELECT sketch FROM document_sketches WHERE result_seq = ?', query.resultSeqs];
    case 'storylines':
      return ['SELECT kept FROM kept_storylines WHERE storyline_id = ?', query.storylineIds];
  }
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

// Linkages come in the order of the documents they belong to, those that belong to none first.

export function readLinkages(
  session: Session,
  storylineId: string,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): { seq: number; linkage: string }[] {
  const parts = session
    .sql(
      `SELECT before, lines FROM (
         SELECT sum(l.count) OVER (ORDER BY d.day, d.document_id, l.part) - l.count AS before, l.count AS count, l.lines AS lines
         FROM linkages l LEFT JOIN linked_documents d ON d.result_seq = l.part WHERE l.storyline_id = ?)
       WHERE before + count > ? ORDER BY before`,
    )
    .iterate(storylineId, afterSeq) as IterableIterator<{ before: number; lines: string }>;
  const found: { seq: number; linkage: string }[] = [];
  for (const { before, lines } of parts) {
    const all = lines.split('\n').slice(0, -1);
    for (let i = Math.max(0, afterSeq - before); i < all.length; i++) {
      if (found.length >= limit) return found;
      found.push({ seq: before + i + 1, linkage: all[i]! });
    }
  }
  return found;
}

export function readLinkageLines(
  session: Session,
  storylineIds: readonly string[],
  { skip, maxBytes }: { readonly skip: number; readonly maxBytes: number },
): { documents: number; lines: Uint8Array } {
  // In two steps: sorting would carry all lines along.
  const find = session.column(
    `SELECT l.rowid FROM linkages l LEFT JOIN linked_documents d ON d.result_seq = l.part
     WHERE l.storyline_id = ? ORDER BY d.day, d.document_id, l.part`,
  );
  const rows = storylineIds.values().flatMap((storylineId) => find.all(storylineId) as number[]);
  const read = session.column('SELECT CAST(lines AS BLOB) FROM linkages WHERE rowid = ?');
  const parts = rows.drop(skip).map((row) => read.get(row) as Buffer);
  const { lengths, bytes } = packBytes(Array.from(takeBytes(parts, maxBytes, ({ length }) => length)));
  return { documents: lengths.length, lines: bytes };
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

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
