/** A stretch of a text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What the language library knows of a text before a model is asked. */
export interface TextOutline {
  /** In order, without overlap. */
  readonly sentences: readonly Range[];
  /** The words in order, with their lemmas. */
  readonly words: readonly (Range & { readonly lemma: string })[];
  /** Triggers of the events that patterns find, in order: cheap evidence that something happens in the text. */
  readonly evidence: readonly (Range & { readonly confidence: number })[];
}

/** Index of the range that holds a position; of ranges with gaps, the last that begins at or before it; -1 for none. */
export function indexAt(ranges: readonly Range[], position: number): number {
  let low = 0;
  for (let high = ranges.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.start <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
