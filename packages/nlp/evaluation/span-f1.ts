/** Counts of found, wanted and matching spans. */
export interface SpanCounts {
  correct: number;
  predicted: number;
  gold: number;
}

/** Percentages, two decimals. */
export interface SpanScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** A span to be matched exactly: same bounds, same label. */
export interface ScoredSpan {
  readonly first: number;
  readonly last: number;
  readonly label: string;
}

const spanKey = (span: ScoredSpan): string => `${span.first} ${span.last} ${span.label}`;
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((10_000 * part) / whole) / 100);

/** Micro-averaged exact-match span scores, the metric of CoNLL-2003 (Tjong Kim Sang & De Meulder 2003). */
export class SpanF1 {
  readonly #byLabel = new Map<string, SpanCounts>();

  /** Adds the spans of one document, or of any other unit that numbers its tokens by itself. */
  add(gold: readonly ScoredSpan[], predicted: readonly ScoredSpan[]): void {
    const wanted = new Set(gold.map(spanKey));
    for (const span of gold) this.#countsOf(span.label).gold++;
    for (const span of predicted) {
      const counts = this.#countsOf(span.label);
      counts.predicted++;
      if (wanted.has(spanKey(span))) counts.correct++;
    }
  }

  overall(): SpanScores {
    const total: SpanCounts = { correct: 0, predicted: 0, gold: 0 };
    for (const counts of this.#byLabel.values()) {
      total.correct += counts.correct;
      total.predicted += counts.predicted;
      total.gold += counts.gold;
    }
    return scoresOf(total);
  }

  /** Scores of each label, sorted by label. */
  byLabel(): Record<string, SpanScores> {
    const labels = [...this.#byLabel.keys()].sort();
    return Object.fromEntries(labels.map((label) => [label, scoresOf(this.#countsOf(label))]));
  }

  #countsOf(label: string): SpanCounts {
    let counts = this.#byLabel.get(label);
    if (counts === undefined) {
      counts = { correct: 0, predicted: 0, gold: 0 };
      this.#byLabel.set(label, counts);
    }
    return counts;
  }
}

function scoresOf({ correct, predicted, gold }: SpanCounts): SpanScores {
  return {
    precision: percent(correct, predicted),
    recall: percent(correct, gold),
    f1: percent(2 * correct, predicted + gold),
  };
}
