/**
 * A table that answers by the most telling key it lists. Keys come in order, the most telling first; an entry stands only
 * where it differs from what the keys after it say.
 */
export class BackoffTable<T> {
  readonly #values: readonly T[];
  readonly #entries: ReadonlyMap<string, number>;

  /** `entries` lists numbers of `values` by key. */
  constructor({ values, entries }: StoredBackoffTable<T>) {
    this.#values = values;
    this.#entries = new Map(Object.entries(entries));
  }

  /** The value of the first key that is listed. */
  find(keys: readonly string[]): T | undefined {
    for (const key of keys) {
      const number = this.#entries.get(key);
      if (number !== undefined) return this.#values[number];
    }
    return undefined;
  }
}

/** The table as models store it. */
export interface StoredBackoffTable<T> {
  readonly values: readonly T[];
  readonly entries: Readonly<Record<string, number>>;
}
