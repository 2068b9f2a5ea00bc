import type { Statement } from 'better-sqlite3';
import type { Database } from './database.ts';
import { withCodes } from './sqlite-error.ts';

/** One connection to one batch's database, with its prepared statements. */
export class Session {
  readonly path: string;
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #columns = new Map<string, Statement>();

  constructor(db: Database, path: string) {
    this.#db = db;
    this.path = path;
  }

  /** The prepared statement of an SQL text; texts are constants of this folder, values are always bound. */
  sql(text: string): Statement {
    return this.#prepared(this.#statements, text, (statement) => statement);
  }

  /** As {@link sql}, answering with the first column alone. */
  column(text: string): Statement {
    return this.#prepared(this.#columns, text, (statement) => statement.pluck());
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

  #prepared(cache: Map<string, Statement>, text: string, shape: (statement: Statement) => Statement): Statement {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const statement = shape(this.#db.prepare(text));
    cache.set(text, statement);
    return statement;
  }

  close(): void {
    this.#db.close();
  }
}
