import Sqlite from 'better-sqlite3';
import { PawlError } from '../../domain/errors.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts';
import { withCodes } from './sqlite-error.ts';

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 10_000;
const CACHE_KIB = 16 * 1024;
/** Of a new database, in bytes: results are long, and each page of one costs two writes and a checksum in the write-ahead log. */
const PAGE_BYTES = 16 * 1024;
/** The write-ahead log is moved into the database when it is this large, so that a page written often moves once. */
const WAL_BYTES = 16 * 1024 * 1024;

export type Database = Sqlite.Database;

/** Opens a batch's database, bringing an older schema up to date. @throws {PawlError} `checkpoint_damaged`, `checkpoint_newer`, `data_unwritable` */
export function openDatabase(path: string): Database {
  return open(path, { fileMustExist: true }, (db) => {
    db.pragma('synchronous = FULL');
    migrate(db, path);
  });
}

/** Opens a batch's database to look at; a folder that cannot be written will do. */
export function openDatabaseReadonly(path: string): Database {
  return open(path, { fileMustExist: true, readonly: true }, (db) => checkVersion(versionOf(db), path));
}

/** Makes a new database; the file must not exist. */
export function createDatabase(path: string): Database {
  return open(path, {}, (db) => {
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    migrate(db, path);
  });
}

function open(path: string, options: Sqlite.Options, prepare: (db: Database) => void): Database {
  return withCodes(path, () => {
    const db = new Sqlite(path, { ...options, timeout: BUSY_TIMEOUT_MS });
    try {
      db.pragma(`cache_size = -${CACHE_KIB}`);
      prepare(db);
      db.pragma(`wal_autocheckpoint = ${WAL_BYTES / Number(db.pragma('page_size', { simple: true }))}`);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function migrate(db: Database, path: string): void {
  const version = versionOf(db);
  checkVersion(version, path);
  if (version === SCHEMA_VERSION) return;
  const apply = db.transaction(() => {
    for (const migration of MIGRATIONS.slice(versionOf(db))) db.exec(migration);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  });
  apply.immediate();
}

function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function checkVersion(version: number, path: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new PawlError(
    'checkpoint_newer',
    `${path} has schema version ${version}; this pawl knows versions up to ${SCHEMA_VERSION}.`,
  );
}
