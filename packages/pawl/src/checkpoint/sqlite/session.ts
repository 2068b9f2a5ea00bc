import type { Statement } from 'better-sqlite3';
import type { Database } from './database.ts';
import { withCodes } from './sqlite-error.ts';

/** One connection to one batch's database, with its prepared statements. */
export class Session {
  readonly path: string;
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, path: string) {
    this.#db = db;
    this.path = path;
  }

  /** The prepared statement of an SQL text; texts are constants of this folder, values are always bound. */
  sql(text: string): Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  /** Reads consistently, or writes all or nothing; errors carry the codes of the catalogue. */
  read<T>(work: () => T): T {
    return withCodes(this.path, () => this.#db.transaction(work).deferred());
  }

  write<T>(work: () => T): T {
    return withCodes(this.path, () => this.#db.transaction(work).immediate());
  }

  pragma(text: string): unknown {
    return withCodes(this.path, () => this.#db.pragma(text));
  }

  close(): void {
    this.#db.close();
  }
}
