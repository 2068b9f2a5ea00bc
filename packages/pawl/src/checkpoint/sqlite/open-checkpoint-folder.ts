import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPawlError, PawlError } from '../../domain/errors.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { openDatabaseReadonly } from './database.ts';
import { sqliteCheckpoint } from './sqlite-checkpoint.ts';
import { DATABASE_FILE } from './sqlite-checkpoint-store.ts';

/**
 * The checkpoint in a batch's folder wherever it lies, to be looked at only.
 * @throws {PawlError} `missing_file`, `checkpoint_damaged`, `checkpoint_newer`
 */
export function openCheckpointFolder(folder: string): Checkpoint {
  const path = join(folder, DATABASE_FILE);
  if (!existsSync(path)) {
    throw new PawlError('missing_file', `${folder} is no batch folder: it holds no ${DATABASE_FILE}.`);
  }
  try {
    return sqliteCheckpoint(openDatabaseReadonly(path), path);
  } catch (error) {
    if (isPawlError(error, 'data_unwritable')) return openCopy(path);
    throw error;
  }
}

/** SQLite reads a database with a write-ahead log only where it may put files beside it: in an archive it may not. */
function openCopy(path: string): Checkpoint {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const copy = join(folder, DATABASE_FILE);
  try {
    for (const suffix of ['', '-wal']) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    }
    const checkpoint = sqliteCheckpoint(openDatabaseReadonly(copy), copy);
    return { ...checkpoint, close: () => checkpoint.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
