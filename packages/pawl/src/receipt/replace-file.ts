import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PawlError } from '../domain/errors.ts';

/** Characters gathered before they are written. */
const WRITE_LENGTH = 1024 * 1024;

/**
 * Writes a file whole or not at all: under another name, synced, then put in its place. Texts are gathered, bytes written as
 * they come.
 * @throws {PawlError} `disk_full`, `data_unwritable`; what `fill` throws
 */
export async function replaceFile(
  path: string,
  fill: (write: (part: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await writeWhole(unfinished, fill);
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw withCode(error, path);
  }
}

async function writeWhole(path: string, fill: (write: (part: string | Uint8Array) => Promise<void>) => Promise<void>) {
  const file = await open(path, 'wx');
  try {
    let gathered = '';
    const flush = async () => {
      const text = gathered;
      gathered = '';
      await file.appendFile(text);
    };
    await fill(async (part) => {
      if (typeof part === 'string') gathered += part;
      if (gathered.length >= WRITE_LENGTH || typeof part !== 'string') await flush();
      if (typeof part !== 'string') await file.appendFile(part);
    });
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

function withCode(error: unknown, path: string): unknown {
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '');
  if (/^(ENOSPC|EDQUOT|EFBIG)$/.test(code))
    return new PawlError('disk_full', `There is no space left for ${path}.`, { cause: error });
  if (/^(EACCES|EPERM|EROFS|ENOENT)$/.test(code))
    return new PawlError('data_unwritable', `${path} cannot be written (${code}).`, { cause: error });
  return error;
}
