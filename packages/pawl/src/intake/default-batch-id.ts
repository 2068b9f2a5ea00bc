import { basename } from 'node:path';
import { STANDARD_INPUT } from './open-input.ts';

const ENDINGS = /\.(jsonl|ndjson|json|gz|gzip|zst|zstd)$/i;
const MAX_LENGTH = 128;

/** The id of a batch that was given none: the input's base name, so that the same command is the resume command. */
export function defaultBatchId(input: string): string {
  if (input === STANDARD_INPUT) return 'stdin';
  let name = basename(input);
  while (ENDINGS.test(name)) name = name.replace(ENDINGS, '');
  const safe = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|-+$/g, '')
    .slice(0, MAX_LENGTH);
  return safe === '' ? 'batch' : safe;
}
