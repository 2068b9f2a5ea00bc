import Sqlite from 'better-sqlite3';
import type { ModelAnswer, ModelRequest } from '../language-model.ts';
import type { BatchIntent } from './batch-protocol.ts';

// What is known of requests that go by the batch API, in one SQLite file of a pawl batch, used by its one runner. What holds:
// - A request is `waiting`, belongs to exactly one batch (`submitted`), is `answered`, or is left to the `live` API.
// - A batch is written down, with its requests, before it is handed in, and its id after; so at any moment it is known which may have
//   been handed in. Answers are written down before they are used.
// - Registering is not fsynced: a power cut makes the request be registered again. All else is.

/** Longest key that fits a custom id beside its batch's mark; hexadecimal. */
export const KEY_CHARS = 40;
/** How often a request goes by a batch without an answer before the live API is asked. */
const MAX_ATTEMPTS = 3;

export type KnownRequest =
  | { readonly state: 'waiting' | 'submitted' | 'live' }
  | { readonly state: 'answered'; readonly answer: ModelAnswer; readonly delivered: boolean };

export interface WrittenRequest {
  readonly key: string;
  readonly request: ModelRequest;
}

/** A batch that was written down and has not ended. */
export interface OpenBatch extends BatchIntent {
  /** Null while it is not known whether it was handed in. */
  readonly providerId: string | null;
  /** When the oldest of its requests was registered. */
  readonly registeredAtMs: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS frames (
    frame INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE
  );
  CREATE TABLE IF NOT EXISTS batches (
    mark TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    provider_id TEXT UNIQUE,
    intended_at INTEGER NOT NULL,
    requests INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS requests (
    key TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'submitted', 'answered', 'live')),
    frame INTEGER NOT NULL REFERENCES frames (frame),
    user TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    mark TEXT REFERENCES batches (mark),
    answer TEXT,
    delivered INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'submitted') = (mark IS NOT NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL))
  );
  CREATE INDEX IF NOT EXISTS waiting_requests ON requests (model, registered_at) WHERE state = 'waiting';
  CREATE INDEX IF NOT EXISTS submitted_requests ON requests (mark) WHERE mark IS NOT NULL;
`;

/** The requests of one model. */
export class BatchLedger {
  readonly #db: Sqlite.Database;
  /** Provider and model. */
  readonly #model: string;
  readonly #statements = new Map<string, Sqlite.Statement>();

  constructor(path: string, model: string) {
    this.#db = new Sqlite(path);
    this.#model = model;
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(SCHEMA);
  }

  find(key: string): KnownRequest | null {
    const row = this.#sql('SELECT state, answer, delivered FROM requests WHERE key = ?').get(key) as
      | { state: KnownRequest['state']; answer: string | null; delivered: number }
      | undefined;
    if (row === undefined) return null;
    if (row.state !== 'answered') return { state: row.state };
    return { state: 'answered', answer: JSON.parse(row.answer ?? '') as ModelAnswer, delivered: row.delivered === 1 };
  }

  register({ key, request: { user, ...frame } }: WrittenRequest, atMs: number): void {
    this.#db.pragma('synchronous = NORMAL');
    this.#write(() => {
      const content = JSON.stringify(frame);
      this.#sql('INSERT OR IGNORE INTO frames (content) VALUES (?)').run(content);
      this.#sql(
        `INSERT OR IGNORE INTO requests (key, model, state, frame, user, registered_at)
         SELECT ?, ?, 'waiting', frame, ?, ? FROM frames WHERE content = ?`,
      ).run(key, this.#model, user, atMs, content);
    });
    this.#db.pragma('synchronous = FULL');
  }

  /** How many requests wait for a batch, and how many for its answers. */
  counts(): { readonly waiting: number; readonly submitted: number } {
    return this.#sql(
      `SELECT coalesce(sum(state = 'waiting'), 0) AS waiting, coalesce(sum(state = 'submitted'), 0) AS submitted
       FROM requests WHERE model = ? AND state IN ('waiting', 'submitted')`,
    ).get(this.#model) as { waiting: number; submitted: number };
  }

  /** Writes down a batch of the requests that wait longest, within the limits; null when none wait. */
  intend(
    mark: string,
    atMs: number,
    limits: { readonly requests: number; readonly chars: number },
  ): { readonly intent: BatchIntent; readonly requests: readonly WrittenRequest[] } | null {
    return this.#write(() => {
      const requests = this.#takeWaiting(limits);
      if (requests.length === 0) return null;
      const intent = { mark, intendedAtMs: atMs, requests: requests.length };
      this.#sql('INSERT INTO batches (mark, model, intended_at, requests) VALUES (?, ?, ?, ?)').run(
        mark,
        this.#model,
        atMs,
        requests.length,
      );
      const submit = this.#sql(`UPDATE requests SET state = 'submitted', mark = ? WHERE key = ?`);
      for (const { key } of requests) submit.run(mark, key);
      return { intent, requests };
    });
  }

  #takeWaiting(limits: { readonly requests: number; readonly chars: number }): WrittenRequest[] {
    const rows = this.#sql(
      `SELECT key, user, content FROM requests JOIN frames USING (frame) WHERE model = ? AND state = 'waiting'
       ORDER BY registered_at, key LIMIT ?`,
    ).iterate(this.#model, limits.requests) as IterableIterator<{ key: string; user: string; content: string }>;
    const taken: WrittenRequest[] = [];
    let chars = 0;
    for (const { key, user, content } of rows) {
      chars += user.length + content.length;
      if (taken.length > 0 && chars > limits.chars) break;
      taken.push({ key, request: { ...(JSON.parse(content) as Omit<ModelRequest, 'user'>), user } });
    }
    return taken;
  }

  handedIn(mark: string, providerId: string): void {
    this.#write(() => this.#sql('UPDATE batches SET provider_id = ? WHERE mark = ?').run(providerId, mark));
  }

  openBatches(): OpenBatch[] {
    return this.#sql(
      `SELECT b.mark, b.provider_id AS providerId, b.intended_at AS intendedAtMs, b.requests,
         coalesce((SELECT min(registered_at) FROM requests r WHERE r.mark = b.mark), b.intended_at) AS registeredAtMs
       FROM batches b WHERE b.model = ? ORDER BY b.intended_at`,
    ).all(this.#model) as OpenBatch[];
  }

  /** The provider's ids of all batches, whichever model's. */
  providerIds(): Set<string> {
    const rows = this.#sql('SELECT provider_id AS id FROM batches WHERE provider_id IS NOT NULL').all() as {
      id: string;
    }[];
    return new Set(rows.map(({ id }) => id));
  }

  /** The request of a batch, for reading its answer; null when it has one. */
  submittedRequest(mark: string, key: string): ModelRequest | null {
    const row = this.#sql(
      'SELECT user, content FROM requests JOIN frames USING (frame) WHERE key = ? AND mark = ?',
    ).get(key, mark) as { user: string; content: string } | undefined;
    return row === undefined ? null : { ...(JSON.parse(row.content) as Omit<ModelRequest, 'user'>), user: row.user };
  }

  /** Writes down what became of requests of a batch. */
  settle(
    mark: string,
    outcomes: readonly { readonly key: string; readonly answer: ModelAnswer | 'live' | 'again' }[],
  ): void {
    this.#write(() => {
      for (const { key, answer } of outcomes) {
        if (answer === 'again') this.#giveBack(`mark = ? AND key = ?`, [mark, key], true);
        else if (answer === 'live') {
          this.#sql(`UPDATE requests SET state = 'live', mark = NULL WHERE mark = ? AND key = ?`).run(mark, key);
        } else {
          this.#sql(
            `UPDATE requests SET state = 'answered', mark = NULL, answer = ?, user = '' WHERE mark = ? AND key = ?`,
          ).run(JSON.stringify(answer), mark, key);
        }
      }
    });
  }

  /** Ends a batch: what it left without an answer waits for another. @param tried whether the provider had it */
  close(mark: string, tried: boolean): void {
    this.#write(() => {
      this.#giveBack('mark = ?', [mark], tried);
      this.#sql('DELETE FROM batches WHERE mark = ?').run(mark);
    });
  }

  #giveBack(condition: string, values: readonly string[], tried: boolean): void {
    this.#sql(
      `UPDATE requests SET mark = NULL, attempts = attempts + ?,
         state = CASE WHEN attempts + ? >= ${MAX_ATTEMPTS} THEN 'live' ELSE 'waiting' END WHERE ${condition}`,
    ).run(tried ? 1 : 0, tried ? 1 : 0, ...values);
  }

  /** Leaves requests that wait since before a moment to the live API. */
  leaveToLive(registeredBeforeMs: number): void {
    this.#write(() =>
      this.#sql(`UPDATE requests SET state = 'live' WHERE model = ? AND state = 'waiting' AND registered_at <= ?`).run(
        this.#model,
        registeredBeforeMs,
      ),
    );
  }

  /** Says that an answer was used for the first time. */
  delivered(key: string): void {
    this.#write(() => this.#sql('UPDATE requests SET delivered = 1 WHERE key = ?').run(key));
  }

  /** Keeps the answer of the live API, which its caller has used. */
  answeredLive(key: string, answer: ModelAnswer): void {
    this.#write(() =>
      this.#sql(`UPDATE requests SET state = 'answered', answer = ?, user = '', delivered = 1 WHERE key = ?`).run(
        JSON.stringify(answer),
        key,
      ),
    );
  }

  /** Writes something that changes nothing, to learn whether it can be written. @throws what SQLite says */
  probe(): void {
    this.#db.pragma('user_version = 1');
  }

  end(): void {
    this.#db.close();
  }

  #sql(text: string): Sqlite.Statement {
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  #write<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }
}

/** Whether an error is one of the ledger's file: a full disk, a folder that cannot be written. */
export function isLedgerError(error: unknown): error is Error {
  return error instanceof Sqlite.SqliteError;
}
