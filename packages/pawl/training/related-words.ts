/** Topics a pair must have been seen in, and mentions of one topic that count. */
const MAX_FROM_ONE_TOPIC = 5;
/** Pairs unseen that every pair is given beforehand. */
const DOUBT = 2;
const MIN_RELATEDNESS = 0.1;

const WORD = /^[a-z]{3,}$/;

/** Counts how often two words tell of one event when they meet in a story. */
export class RelatedWordCounts {
  readonly #same = new Map<string, Map<string, number>>();
  readonly #met = new Map<string, Map<string, number>>();

  add(stem: string, other: string, topic: string, isSame: boolean): void {
    if (stem === other || !WORD.test(stem) || !WORD.test(other)) return;
    const pair = pairOf(stem, other);
    count(this.#met, pair, topic);
    if (isSame) count(this.#same, pair, topic);
  }

  /** 0 to 1, from all topics but one. */
  relatedness(stem: string, other: string, without: string): number {
    const pair = pairOf(stem, other);
    return ratio(sum(this.#same.get(pair), without), sum(this.#met.get(pair), without));
  }

  /** The pairs that are related, by name. */
  table(): Record<string, number> {
    const related = [...this.#same.keys()]
      .map((pair) => [pair, ratio(sum(this.#same.get(pair), null), sum(this.#met.get(pair), null))] as const)
      .filter(([, value]) => value >= MIN_RELATEDNESS);
    return Object.fromEntries(related.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function ratio(same: number, met: number): number {
  return Math.round((1000 * same) / (met + DOUBT)) / 1000;
}

function pairOf(stem: string, other: string): string {
  return stem < other ? `${stem} ${other}` : `${other} ${stem}`;
}

function count(counts: Map<string, Map<string, number>>, pair: string, topic: string): void {
  const topics = counts.get(pair) ?? new Map<string, number>();
  topics.set(topic, (topics.get(topic) ?? 0) + 1);
  counts.set(pair, topics);
}

function sum(topics: ReadonlyMap<string, number> | undefined, without: string | null): number {
  let total = 0;
  for (const [topic, seen] of topics ?? []) if (topic !== without) total += Math.min(seen, MAX_FROM_ONE_TOPIC);
  return total;
}
