import { FeatureList, type HashedClassifier } from '../linear/hashed-classifier.ts';
import type { WordSpans } from '../tokenizer/tokenizer.ts';
import {
  BOUNDARY_FEATURES,
  boundaryFeatures,
  GAP,
  PADDING,
  readSigns,
  SentenceSoFar,
  type WordSigns,
} from './boundary-features.ts';

/** Words left in a paragraph are counted this far. */
const MAX_LEFT = 40;

/**
 * Groups words into sentences: an empty line always ends one, elsewhere a linear classifier decides after each word from
 * the words around, the kind of gap, brackets and quotes left open, and lengths. Linear time.
 */
export class SentenceSplitter {
  readonly #classifier: HashedClassifier;
  readonly #features = new FeatureList(BOUNDARY_FEATURES);
  readonly #maxWords: number;

  /** No sentence gets longer than `maxWords`. */
  constructor(classifier: HashedClassifier, maxWords: number) {
    this.#classifier = classifier;
    this.#maxWords = maxWords;
  }

  /** The index of the first word of each sentence, ascending; empty when there are no words. */
  split(spans: WordSpans): number[] {
    const firsts = spans.count === 0 ? [] : [0];
    let words = 0;
    for (const { at, isBoundary } of this.#decisions(spans)) {
      words++;
      if (!isBoundary && words < this.#maxWords) continue;
      if (at + 1 < spans.count) firsts.push(at + 1);
      words = 0;
    }
    return firsts;
  }

  *#decisions(spans: WordSpans): Generator<{ at: number; isBoundary: boolean }> {
    const walk = new BoundaryWalk(spans);
    for (let at = 0; at < spans.count; at++) {
      const isBoundary = walk.isForced(at) || this.#decide(walk, at);
      yield { at, isBoundary };
      if (isBoundary) walk.sentence.clear();
    }
  }

  #decide(walk: BoundaryWalk, at: number): boolean {
    walk.describe(this.#features, at);
    return this.#classifier.classify(this.#features) === 1;
  }
}

/** A walk over the words of a text, which knows what a decision reads; also used in training. */
export class BoundaryWalk {
  readonly sentence = new SentenceSoFar();
  readonly #spans: WordSpans;
  readonly #signs: WordSigns;
  readonly #left: Uint8Array;

  constructor(spans: WordSpans) {
    this.#spans = spans;
    this.#signs = readSigns(spans);
    this.#left = new Uint8Array(spans.count);
    for (let i = spans.count - 2; i >= 0; i--) {
      this.#left[i] = this.isParagraphEnd(i) ? 0 : Math.min(MAX_LEFT, this.#left[i + 1]! + 1);
    }
  }

  isParagraphEnd(at: number): boolean {
    return this.#signs.gaps[at + PADDING] === GAP.paragraph;
  }

  /** Takes word `at` in and says whether nothing is left to decide after it. */
  isForced(at: number): boolean {
    this.sentence.add(this.#signs, at + PADDING);
    return this.isParagraphEnd(at);
  }

  /** Fills `list` for the decision after word `at`. */
  describe(list: FeatureList, at: number): void {
    boundaryFeatures(list, this.#spans, this.#signs, this.sentence, at + PADDING, this.#left[at]!);
  }
}
