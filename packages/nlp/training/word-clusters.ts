/** Frequent words and which of them follow each other; word numbers by falling frequency, then alphabetically. */
interface BigramCounts {
  readonly words: readonly string[];
  readonly totals: Int32Array;
  /** For each word, its neighbours on that side with their counts. */
  readonly before: readonly Neighbours[];
  readonly after: readonly Neighbours[];
}

interface Neighbours {
  readonly words: Int32Array;
  readonly counts: Int32Array;
}

const LOG_TABLE = Float64Array.from({ length: 1 << 16 }, (_, n) => (n === 0 ? 0 : n * Math.log(n)));
const nLogN = (n: number): number => (n < LOG_TABLE.length ? LOG_TABLE[n]! : n * Math.log(n));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function toNeighbours(counts: ReadonlyMap<number, number>): Neighbours {
  return { words: Int32Array.from(counts.keys()), counts: Int32Array.from(counts.values()) };
}

function countBigrams(sentences: readonly (readonly string[])[], minCount: number): BigramCounts {
  const frequency = new Map<string, number>();
  for (const sentence of sentences) for (const word of sentence) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const ranked = [...frequency].filter(([, count]) => count >= minCount);
  ranked.sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  const words = ['<edge>', '<rare>', ...ranked.map(([word]) => word)];
  const numbers = new Map(words.map((word, i) => [word, i]));
  const before = words.map(() => new Map<number, number>());
  const after = words.map(() => new Map<number, number>());
  const totals = new Int32Array(words.length);
  for (const sentence of sentences) {
    let left = 0;
    for (let i = 0; i <= sentence.length; i++) {
      const right = i === sentence.length ? 0 : (numbers.get(sentence[i]!) ?? 1);
      after[left]!.set(right, (after[left]!.get(right) ?? 0) + 1);
      before[right]!.set(left, (before[right]!.get(left) ?? 0) + 1);
      totals[right]!++;
      left = right;
    }
  }
  return { words, totals, before: before.map(toNeighbours), after: after.map(toNeighbours) };
}

/** Counts of (word, class) pairs on one side, `table[word * classCount + class]`, kept in step while words move. */
class SideTable {
  readonly #table: Int32Array;
  readonly #sides: readonly Neighbours[];
  readonly #classCount: number;

  constructor(sides: readonly Neighbours[], classCount: number) {
    this.#table = new Int32Array(sides.length * classCount);
    this.#sides = sides;
    this.#classCount = classCount;
  }

  shift(word: number, cls: number, sign: 1 | -1): void {
    const { words, counts } = this.#sides[word]!;
    for (let k = 0; k < words.length; k++) this.#table[words[k]! * this.#classCount + cls]! += sign * counts[k]!;
  }

  /** Adds to `gains[class]` what the likelihood wins when the word joins each class. */
  addGains(word: number, gains: Float64Array): void {
    const { words, counts } = this.#sides[word]!;
    for (let k = 0; k < words.length; k++) {
      const base = words[k]! * this.#classCount;
      const count = counts[k]!;
      const alone = nLogN(count);
      for (let cls = 0; cls < gains.length; cls++) {
        const n = this.#table[base + cls]!;
        gains[cls]! += n === 0 ? alone : nLogN(n + count) - nLogN(n);
      }
    }
  }
}

/**
 * Word classes by predictive exchange in both directions (Uszkoreit & Brants 2008; Dehdari et al. 2016): every word moves
 * to the class that raises the likelihood of its neighbours most, a fixed number of rounds. No randomness.
 * @returns class by word, from 1.
 */
export function clusterWords(
  sentences: readonly (readonly string[])[],
  options: { readonly classCount: number; readonly minCount: number; readonly rounds: number },
): Map<string, number> {
  const { classCount } = options;
  const { words, totals, before, after } = countBigrams(sentences, options.minCount);
  const sides = [new SideTable(before, classCount), new SideTable(after, classCount)];
  const classes = Int32Array.from(words, (_, word) => word % classCount);
  const classTotals = new Int32Array(classCount);
  for (let word = 0; word < words.length; word++) {
    classTotals[classes[word]!]! += totals[word]!;
    for (const side of sides) side.shift(word, classes[word]!, 1);
  }
  const gains = new Float64Array(classCount);
  for (let round = 0; round < options.rounds; round++) {
    for (let word = 2; word < words.length; word++) {
      const old = classes[word]!;
      const total = totals[word]!;
      classTotals[old]! -= total;
      for (const side of sides) side.shift(word, old, -1);
      gains.fill(0);
      for (const side of sides) side.addGains(word, gains);
      let best = old;
      let bestGain = -Infinity;
      for (let cls = 0; cls < classCount; cls++) {
        const n = classTotals[cls]!;
        const gain = gains[cls]! - 2 * (nLogN(n + total) - nLogN(n));
        if (gain > bestGain) {
          bestGain = gain;
          best = cls;
        }
      }
      classes[word] = best;
      classTotals[best]! += total;
      for (const side of sides) side.shift(word, best, 1);
    }
  }
  return new Map(words.slice(2).map((word, i) => [word, classes[i + 2]! + 1]));
}
