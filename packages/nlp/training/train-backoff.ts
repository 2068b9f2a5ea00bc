import type { StoredBackoffTable } from '../src/backoff/backoff-table.ts';

/** What was seen: the keys of a case, the most telling first, and its value. */
export interface BackoffSample<T> {
  readonly keys: readonly string[];
  readonly value: T;
}

/**
 * Lists the commonest value of each key, general keys first, and only where it differs from what more general keys
 * already say. `isBacked` says whether a key seen `count` times with its commonest value is to be trusted.
 */
export function trainBackoff<T>(
  samples: readonly BackoffSample<T>[],
  isBacked: (key: string, count: number) => boolean,
): StoredBackoffTable<T> {
  const values: T[] = [];
  const numbers = new Map<string, number>();
  const numbered = samples.map(({ keys, value }) => ({ keys, value: numberOf(value) }));
  const entries: Record<string, number> = {};
  const depth = numbered.reduce((most, { keys }) => Math.max(most, keys.length), 0);
  for (let level = 1; level <= depth; level++) addLevel(numbered, level, entries, isBacked);
  return { values, entries };

  function numberOf(value: T): number {
    const key = JSON.stringify(value);
    const number = numbers.get(key) ?? numbers.size;
    if (number === numbers.size) {
      numbers.set(key, number);
      values.push(value);
    }
    return number;
  }
}

/** Adds the entries of the keys that stand `level` from the end. */
function addLevel(
  samples: readonly BackoffSample<number>[],
  level: number,
  entries: Record<string, number>,
  isBacked: (key: string, count: number) => boolean,
): void {
  const counts = new Map<string, { general: readonly string[]; values: Map<number, number> }>();
  for (const { keys, value } of samples) {
    const at = keys.length - level;
    if (at < 0) continue;
    const key = keys[at]!;
    const found = counts.get(key) ?? { general: keys.slice(at + 1), values: new Map<number, number>() };
    counts.set(key, found);
    found.values.set(value, (found.values.get(value) ?? 0) + 1);
  }
  for (const [key, { general, values }] of counts) {
    const [best, count] = [...values].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]!;
    const inherited = general.map((each) => entries[each]).find((value) => value !== undefined);
    if (best !== inherited && isBacked(key, count)) entries[key] = best;
  }
}
