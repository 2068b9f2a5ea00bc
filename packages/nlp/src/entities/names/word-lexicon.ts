/** What unlabelled text tells about a word. */
export interface LexiconEntry {
  /** Distributional cluster, from 1; 0 is unknown. */
  readonly cluster: number;
  /** A coarser cluster that contains it, from 1; 0 is unknown. */
  readonly coarseCluster: number;
  /** How often it is capitalised away from sentence starts: 1 (never) to 5 (always); 0 is unknown. */
  readonly casing: number;
  /** Whether training saw it in names without a capital: 0 never, 1 inside or rarely, 2 at the edge of names. */
  readonly nameUse: number;
}

const UNKNOWN: LexiconEntry = { cluster: 0, coarseCluster: 0, casing: 0, nameUse: 0 };

/** Word clusters, casing and use in names, by lower-cased form. */
export class WordLexicon {
  readonly #entries: ReadonlyMap<string, LexiconEntry>;

  constructor(entries: ReadonlyMap<string, LexiconEntry>) {
    this.#entries = entries;
  }

  find(lower: string): LexiconEntry {
    return this.#entries.get(lower) ?? UNKNOWN;
  }

  entries(): IterableIterator<[string, LexiconEntry]> {
    return this.#entries.entries();
  }
}
