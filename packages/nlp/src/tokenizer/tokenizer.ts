import { FeatureList, type HashedClassifier } from '../linear/hashed-classifier.ts';
import { charClass, SPACE } from './char-class.ts';
import { describeChunk, maySplit, SPLIT_CLITIC, SPLIT_FEATURES, splitFeatures } from './split-features.ts';

/** Where the words of a text lie, in UTF-16 units; `count` of each array are set. */
export interface WordSpans {
  readonly text: string;
  readonly count: number;
  readonly starts: Int32Array;
  /** Exclusive. */
  readonly ends: Int32Array;
  /** 1 for a word written as one with the word before it, as `n't` in `don't`. */
  readonly clitics: Uint8Array;
}

/**
 * Cuts text into words the way English treebanks do. White space always parts words; within a run of other characters a
 * linear classifier decides at each change of character class. Every character that is no white space lies in
 * exactly one word. Linear time on any string.
 */
export class Tokenizer {
  readonly #classifier: HashedClassifier;
  readonly #features = new FeatureList(SPLIT_FEATURES);

  constructor(classifier: HashedClassifier) {
    this.#classifier = classifier;
  }

  tokenize(text: string): WordSpans {
    const spans = new SpanList(text);
    for (let i = 0; i < text.length; ) {
      if (charClass(text.charCodeAt(i)) === SPACE) {
        i++;
        continue;
      }
      let end = i + 1;
      while (end < text.length && charClass(text.charCodeAt(end)) !== SPACE) end++;
      this.#cut(text, i, end, spans);
      i = end;
    }
    return spans;
  }

  #cut(text: string, start: number, end: number, spans: SpanList): void {
    const chunk = describeChunk(text, start, end);
    let from = start;
    let clitic = 0;
    for (let i = start + 1; i < end; i++) {
      if (!maySplit(chunk, i)) continue;
      splitFeatures(this.#features, chunk, i, from);
      const decision = this.#classifier.classify(this.#features);
      if (decision === 0) continue;
      spans.push(from, i, clitic);
      from = i;
      clitic = decision === SPLIT_CLITIC ? 1 : 0;
    }
    spans.push(from, end, clitic);
  }
}

/** Growing span arrays. */
class SpanList implements WordSpans {
  readonly text: string;
  count = 0;
  starts: Int32Array;
  ends: Int32Array;
  clitics: Uint8Array;

  constructor(text: string) {
    const guess = (text.length >> 2) + 16;
    this.text = text;
    this.starts = new Int32Array(guess);
    this.ends = new Int32Array(guess);
    this.clitics = new Uint8Array(guess);
  }

  push(start: number, end: number, clitic: number): void {
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.clitics[this.count++] = clitic;
  }

  #grow(): void {
    const { starts, ends, clitics } = this;
    const capacity = starts.length * 2;
    this.starts = new Int32Array(capacity);
    this.starts.set(starts);
    this.ends = new Int32Array(capacity);
    this.ends.set(ends);
    this.clitics = new Uint8Array(capacity);
    this.clitics.set(clitics);
  }
}
