import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import type { AnswerCacheStats, AnswerSource, PruneLimits, StoredAnswer } from '../answer-cache.ts';

// Answers in an SQLite file that processes share. What holds:
// - `save` returns when its transaction is synced to disk.
// - An answer comes back as it was saved or not at all: each row has a checksum over its key and its answer; one that does
//   not fit is taken out. A file that is no readable database is renamed and a new one begun.
// - The totals change in the transaction that changes the rows.

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    answer TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  );
  CREATE INDEX answers_by_use ON answers (used_at);
  CREATE TABLE totals (one INTEGER PRIMARY KEY CHECK (one = 1), answers INTEGER NOT NULL, bytes INTEGER NOT NULL);
  INSERT INTO totals VALUES (1, 0, 0);
  CREATE TRIGGER answer_added AFTER INSERT ON answers BEGIN
    UPDATE totals SET answers = answers + 1, bytes = bytes + new.bytes;
  END;
  CREATE TRIGGER answer_removed AFTER DELETE ON answers BEGIN
    UPDATE totals SET answers = answers - 1, bytes = bytes - old.bytes;
  END;
`;
/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 10_000;
/** What a row takes beside its answer, about. */
const ROW_BYTES = 256;
/** Below the limit by so much after a pruning, so that not every answer brings the next. */
const PRUNE_TO = 0.9;
const PRUNE_ROWS = 500;
const SET_ASIDE = '.damaged-';

export interface AnswerToSave {
  readonly key: string;
  readonly answer: StoredAnswer;
  readonly source: AnswerSource;
}

interface AnswerRow {
  readonly key: string;
  readonly answer: string;
  readonly checksum: number;
}

export class AnswerDatabase {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #statements = new Map<string, Sqlite.Statement>();
  #db: Sqlite.Database;
  /** Uses since the last save; they are written with the next. */
  #used = new Map<string, number>();

  /** @throws {Error} of SQLite or the file system, when there can be no such file */
  constructor(path: string, maxBytes: number, now: () => number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#now = now;
    mkdirSync(dirname(path), { recursive: true });
    this.#db = this.#openWhole();
  }

  find(key: string): StoredAnswer | null {
    return this.#onWholeFile(() => {
      const row = this.#sql('SELECT key, answer, checksum FROM answers WHERE key = ?').get(key) as
        | AnswerRow
        | undefined;
      if (row === undefined) return null;
      if (row.checksum !== checksumOf(row.key, row.answer)) {
        this.#sql('DELETE FROM answers WHERE key = ?').run(key);
        return null;
      }
      this.#used.set(key, this.#now());
      return JSON.parse(row.answer) as StoredAnswer;
    });
  }

  /** All of them in one transaction. */
  save(group: readonly AnswerToSave[]): void {
    this.#onWholeFile(() => {
      this.#db
        .transaction(() => {
          this.#writeUses();
          for (const saved of group) this.#insert(saved);
        })
        .immediate();
      this.#used.clear();
      if (this.#totals().bytes > this.#maxBytes) this.#removeDownTo(PRUNE_TO * this.#maxBytes);
    });
  }

  stats(): AnswerCacheStats {
    return this.#onWholeFile(() => {
      const { answers, bytes } = this.#totals();
      const { first } = this.#sql('SELECT min(used_at) AS first FROM answers').get() as { first: number | null };
      const models = this.#sql(
        `SELECT provider, model, count(*) AS answers, sum(bytes) AS bytes FROM answers
         GROUP BY provider, model ORDER BY bytes DESC`,
      ).all() as AnswerCacheStats['models'];
      const fileBytes = statSync(this.#path).size;
      return {
        path: this.#path,
        answers,
        bytes,
        fileBytes,
        leastRecentlyUsedAtMs: first,
        models,
        setAside: this.#setAsideFiles(),
      };
    });
  }

  prune({ maxBytes, usedSinceMs }: PruneLimits): { removed: number; freedBytes: number } {
    return this.#onWholeFile(() => {
      const before = this.#totals();
      this.#writeUses();
      this.#used.clear();
      this.#sql('DELETE FROM answers WHERE used_at < ?').run(usedSinceMs);
      this.#removeDownTo(maxBytes);
      this.#db.pragma('incremental_vacuum');
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
      const after = this.#totals();
      return { removed: before.answers - after.answers, freedBytes: before.bytes - after.bytes };
    });
  }

  close(): void {
    try {
      if (this.#used.size > 0) this.#db.transaction(() => this.#writeUses()).immediate();
    } catch {
      // every answer is on disk; lost is only which were used of late
    } finally {
      this.#db.close();
    }
  }

  #insert({ key, answer, source }: AnswerToSave): void {
    const text = JSON.stringify(answer);
    this.#sql('INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING').run(
      key,
      source.provider,
      source.model,
      text,
      checksumOf(key, text),
      Buffer.byteLength(text) + ROW_BYTES,
      this.#now(),
    );
  }

  #writeUses(): void {
    const update = this.#sql('UPDATE answers SET used_at = max(used_at, ?) WHERE key = ?');
    for (const [key, atMs] of this.#used) update.run(atMs, key);
  }

  #removeDownTo(bytes: number): void {
    const remove = this.#sql(
      `DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY used_at LIMIT ${PRUNE_ROWS})`,
    );
    const removeOne = this.#sql('DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY used_at LIMIT 1)');
    for (;;) {
      const totals = this.#totals();
      if (totals.bytes <= bytes || totals.answers === 0) return;
      // A whole group only while all of it is too much.
      const mean = totals.bytes / totals.answers;
      const step = totals.bytes - bytes > 2 * PRUNE_ROWS * mean ? remove : removeOne;
      if (step.run().changes === 0) return;
    }
  }

  #totals(): { answers: number; bytes: number } {
    return this.#sql('SELECT answers, bytes FROM totals').get() as { answers: number; bytes: number };
  }

  #setAsideFiles(): string[] {
    const prefix = `${basename(this.#path)}${SET_ASIDE}`;
    return readdirSync(dirname(this.#path))
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(dirname(this.#path), name));
  }

  #sql(text: string): Sqlite.Statement {
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  /** Does `work`; where it shows that the file is damaged, once more on a file that is not. */
  #onWholeFile<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#used.clear();
      this.#statements.clear();
      this.#db.close();
      this.#db = this.#openWhole(true);
      return work();
    }
  }

  /** @param isSuspect whether to look at all of it: another process may have replaced the file already */
  #openWhole(isSuspect = false): Sqlite.Database {
    try {
      const db = this.#open();
      if (!isSuspect || isWhole(db)) return db;
      db.close();
      setAside(this.#path, this.#now());
      return this.#open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      setAside(this.#path, this.#now());
      return this.#open();
    }
  }

  #open(): Sqlite.Database {
    const isNew = !existsSync(this.#path);
    const db = new Sqlite(this.#path, { timeout: BUSY_TIMEOUT_MS });
    try {
      if (isNew) db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      const migrate = db.transaction(() => {
        const version = db.pragma('user_version', { simple: true });
        if (version === 0) db.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`);
        else if (version !== SCHEMA_VERSION) throw new Error(`It was written by another pawl (version ${version}).`);
      });
      migrate.immediate();
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

function checksumOf(key: string, answer: string): number {
  return crc32(answer, crc32(key));
}

function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown } | null)?.code));
}

function isWhole(db: Sqlite.Database): boolean {
  try {
    return db.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  }
}

/** What belongs to the damaged file must not be taken for the new one's. */
function setAside(path: string, nowMs: number): void {
  renameSync(path, `${path}${SET_ASIDE}${nowMs}`);
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
}
