const ENDINGS = /\.(jsonl|ndjson|json|gz|gzip|zst|zstd)$/i;
const MAX_LENGTH = 128;

/** The id that a file's batch gets unless the user gives another: its base name in letters that an id can have, as `pawl run` does. */
export function suggestedBatchId(fileName: string): string {
  let name = fileName;
  while (ENDINGS.test(name)) name = name.replace(ENDINGS, '');
  const safe = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|-+$/g, '')
    .slice(0, MAX_LENGTH);
  return safe === '' ? 'batch' : safe;
}
