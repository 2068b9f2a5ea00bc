/** Names come from outside; more than this many different ones are counted together. */
const MAX_NAMES = 200;
const OTHER = '(other)';

export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** Counts by name, bounded in the number of names. */
export class NameCounts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const counted = this.#counts.has(name) || this.#counts.size < MAX_NAMES ? name : OTHER;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }

  /** The most frequent first, unless told otherwise. */
  list(order: (a: Counted, b: Counted) => number = mostFrequentFirst): Counted[] {
    return [...this.#counts].map(([name, count]) => ({ name, count })).sort(order);
  }
}

function mostFrequentFirst(a: Counted, b: Counted): number {
  return b.count - a.count || (a.name < b.name ? -1 : 1);
}
