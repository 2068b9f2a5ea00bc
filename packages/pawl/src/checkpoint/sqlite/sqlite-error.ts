import { type ErrorCode, isPawlError, messageOf, PawlError } from '../../domain/errors.ts';

/** What SQLite's primary result codes (sqlite.org/rescode.html) and the file system's mean for a user. */
const CODES: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/, 'disk_full', 'There is no space left for the checkpoint'],
  [/^SQLITE_IOERR_(WRITE|FSYNC|TRUNCATE|SHMSIZE)/, 'disk_full', 'The checkpoint cannot be written to the disk'],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES|EPERM|EROFS)/,
    'data_unwritable',
    'The checkpoint cannot be written',
  ],
  [/^SQLITE_(BUSY|LOCKED)/, 'checkpoint_busy', 'Another process keeps the checkpoint locked'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'checkpoint_damaged', 'The checkpoint is damaged'],
];

/** Gives an error of SQLite or the file system its code in the catalogue and the path it is about. */
function toPawlError(error: unknown, path: string): unknown {
  if (isPawlError(error)) return error;
  const systemCode = String((error as { code?: unknown } | null)?.code ?? '');
  const found = CODES.find(([pattern]) => pattern.test(systemCode));
  if (found === undefined) return error;
  const [, code, sentence] = found;
  return new PawlError(code, `${sentence}: ${path} (${messageOf(error)}).`, { cause: error });
}

/** Runs `work` and gives its errors their codes. */
export function withCodes<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toPawlError(error, path);
  }
}
