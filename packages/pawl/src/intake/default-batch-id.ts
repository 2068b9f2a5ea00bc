import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { STANDARD_INPUT } from './open-input.ts';

const ENDINGS = /\.(jsonl|ndjson|json|gz|gzip|zst|zstd)$/i;
const MAX_LENGTH = 128;
const HASH_LENGTH = 8;

/**
 * The id of a batch that was given none: the input's base name, so that the same command is the resume command. Where the
 * name has letters that an id cannot have, or too many, a hash of it tells it from others that would look the same.
 */
export function defaultBatchId(input: string): string {
  if (input === STANDARD_INPUT) return 'stdin';
  let name = basename(input);
  while (ENDINGS.test(name)) name = name.replace(ENDINGS, '');
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  const safe = plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+|-+$/g, '');
  const losesLetters = /[^\x00-\x7f]/.test(plain) || safe === '' || safe.length > MAX_LENGTH;
  if (!losesLetters) return safe;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return safe === '' ? `batch-${hash}` : `${safe.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}-${hash}`;
}
