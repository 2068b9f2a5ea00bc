import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, PawlError } from '../../domain/errors.ts';
import type { Authorship, Checkpoint, NewBatch } from '../checkpoint.ts';
import type { CheckpointStore, ListedBatch } from '../checkpoint-store.ts';
import { requireBatchId } from './batch-id.ts';
import { createDatabase, openDatabase } from './database.ts';
import { insertBatch, sqliteCheckpoint } from './sqlite-checkpoint.ts';
import { withCodes } from './sqlite-error.ts';
import { threadedCheckpoint } from './threaded-checkpoint.ts';

/** The checkpoint in a batch's folder. */
export const DATABASE_FILE = 'checkpoint.db';
/** Folders that are being made or removed; no batch id begins with a dot. */
const UNFINISHED_PREFIX = '.unfinished-';
const LAST_USED_FILE = 'last-batch';

/** The batches of one data folder: one folder a batch, with its database and its outputs. */
export class SqliteCheckpointStore implements CheckpointStore {
  readonly #data: string;
  readonly #batches: string;
  readonly #described = new Map<string, { readonly stamp: string; readonly listed: ListedBatch }>();

  constructor(dataFolder: string) {
    this.#data = dataFolder;
    this.#batches = join(dataFolder, 'batches');
  }

  /** The folder appears whole or not at all: it is made under another name and renamed. */
  async create(batch: NewBatch, author: Authorship): Promise<Checkpoint> {
    requireBatchId(batch.batchId);
    const folder = this.folderOf(batch.batchId);
    if (existsSync(folder)) throw batchExists(batch.batchId);
    const unfinished = join(this.#batches, `${UNFINISHED_PREFIX}${randomUUID()}`);
    withCodes(folder, () => {
      mkdirSync(unfinished, { recursive: true });
      try {
        const path = join(unfinished, DATABASE_FILE);
        const db = createDatabase(path);
        insertBatch(db, path, batch, author);
        db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
        syncFolder(unfinished);
        renameOnto(unfinished, folder, batch.batchId);
      } catch (error) {
        rmSync(unfinished, { recursive: true, force: true });
        throw error;
      }
      for (const parent of [this.#batches, this.#data, dirname(this.#data)]) syncFolder(parent);
    });
    await this.use(batch.batchId);
    return this.open(batch.batchId);
  }

  async open(id: string): Promise<Checkpoint> {
    const path = join(this.folderOf(await this.#resolve(id)), DATABASE_FILE);
    return sqliteCheckpoint(openDatabase(path), path);
  }

  /** As {@link open}, in a thread of its own: for a runner, whose event loop must not wait for the disk. */
  async openThreaded(id: string): Promise<Checkpoint> {
    const path = join(this.folderOf(await this.#resolve(id)), DATABASE_FILE);
    return threadedCheckpoint(path);
  }

  async exists(batchId: string): Promise<boolean> {
    requireBatchId(batchId);
    return existsSync(this.folderOf(batchId));
  }

  async list(): Promise<readonly ListedBatch[]> {
    const listed: ListedBatch[] = [];
    const batchIds = this.#batchIds();
    for (const batchId of batchIds) listed.push(await this.#describe(batchId));
    for (const batchId of this.#described.keys()) if (!batchIds.includes(batchId)) this.#described.delete(batchId);
    const updated = (one: ListedBatch) => (one.kind === 'batch' ? one.batch.updatedAtMs : 0);
    return listed.sort((a, b) => updated(b) - updated(a));
  }

  async lastUsed(): Promise<string | null> {
    try {
      const batchId = readFileSync(join(this.#data, LAST_USED_FILE), 'utf8').trim();
      if (this.#batchIds().includes(batchId)) return batchId;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const latest = (await this.list())[0];
    if (latest === undefined) return null;
    return latest.kind === 'batch' ? latest.batch.batchId : latest.batchId;
  }

  async use(batchId: string): Promise<void> {
    requireBatchId(batchId);
    const path = join(this.#data, LAST_USED_FILE);
    withCodes(path, () => {
      const written = `${path}.${randomUUID()}`;
      writeFileSync(written, `${batchId}\n`);
      renameSync(written, path);
    });
  }

  async delete(batchId: string): Promise<void> {
    const folder = this.folderOf(await this.#resolve(batchId));
    withCodes(folder, () => {
      const unfinished = join(this.#batches, `${UNFINISHED_PREFIX}${randomUUID()}`);
      renameSync(folder, unfinished); // gone at once, whatever happens to the removal
      rmSync(unfinished, { recursive: true, force: true });
    });
  }

  folderOf(batchId: string): string {
    requireBatchId(batchId);
    return join(this.#batches, batchId);
  }

  /** A list is asked for again and again, of batches that mostly rest: one that has not been written to is not read again. */
  async #describe(batchId: string): Promise<ListedBatch> {
    const stamp = stampOf(this.folderOf(batchId));
    const known = this.#described.get(batchId);
    if (stamp !== null && known !== undefined && known.stamp === stamp.text) return known.listed;
    const listed = await this.#read(batchId);
    if (stamp?.isSettled === true && listed.kind === 'batch')
      this.#described.set(batchId, { stamp: stamp.text, listed });
    else this.#described.delete(batchId);
    return listed;
  }

  async #read(batchId: string): Promise<ListedBatch> {
    try {
      const checkpoint = await this.open(batchId);
      try {
        return { kind: 'batch', batch: await checkpoint.batch(), holder: await checkpoint.holder() };
      } finally {
        await checkpoint.close();
      }
    } catch (error) {
      return { kind: 'unreadable', batchId, error: messageOf(error) };
    }
  }

  /** The batch id behind a batch id or a job id. @throws {PawlError} `unknown_batch` */
  async #resolve(id: string): Promise<string> {
    const ids = this.#batchIds();
    if (ids.includes(id)) return id;
    for (const batchId of ids) {
      const described = await this.#describe(batchId);
      if (described.kind === 'batch' && described.batch.jobId === id) return batchId;
    }
    throw new PawlError('unknown_batch', `There is no batch ${JSON.stringify(id)} in ${this.#data}.`);
  }

  #batchIds(): string[] {
    try {
      return readdirSync(this.#batches, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => entry.name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      return withCodes(this.#batches, () => {
        throw error;
      });
    }
  }
}

/** Files of a database that every commit writes to one of. */
const WRITTEN_FILES = [DATABASE_FILE, `${DATABASE_FILE}-wal`];
/** File systems tell the time of a change in steps; what was written within one of them cannot be told apart. */
const TIME_STEP_MS = 50;

/**
 * What tells one state of a batch's files from the next; null when there is no database. Settled when they have been at
 * rest long enough that a change from now on shows.
 */
function stampOf(folder: string): { readonly text: string; readonly isSettled: boolean } | null {
  const nowMs = Date.now();
  const stats = WRITTEN_FILES.map((name) => statSync(join(folder, name), { bigint: true, throwIfNoEntry: false }));
  if (stats[0] === undefined) return null;
  const text = stats.map((stat) => (stat === undefined ? '-' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`)).join(' ');
  const isSettled = stats.every((stat) => stat === undefined || nowMs - Number(stat.mtimeMs) > TIME_STEP_MS);
  return { text, isSettled };
}

/** Renaming onto a folder that somebody else has made meanwhile fails, because that one is not empty. */
function renameOnto(from: string, to: string, batchId: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOTEMPTY' || code === 'EEXIST' ? batchExists(batchId) : error;
  }
}

function batchExists(batchId: string): PawlError {
  return new PawlError('batch_exists', `Batch ${batchId} exists already.`);
}

/** Makes the names in a folder survive a power cut. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
