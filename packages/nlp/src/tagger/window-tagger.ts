import { FeatureList, HashedClassifier } from '../linear/hashed-classifier.ts';
import { readModelFile } from '../model/model-file.ts';
import { wordFeatureHashes } from '../network/word-features.ts';
import { TAG_FEATURES, type WordHashes, windowFeatures, wordFeatures } from './tag-features.ts';

/** A word form as the tagger sees it anywhere. */
interface KnownWord {
  readonly hashes: WordHashes;
  /** The score of each tag by the features that do not depend on the window. */
  readonly scores: Float32Array;
}

/** What a score counts beside the network's, chosen on EWT dev. */
const WEIGHT = 0.5;

/** Words kept in this form. */
const CAPACITY = 16_384;

/**
 * Scores UPOS tags by a linear model over a window of words. Its mistakes differ from the network's, so that the two
 * together tag better than either; it also knows which XPOS tags go with a UPOS tag.
 */
export class WindowTagger {
  readonly #classifier: HashedClassifier;
  /** `pairs[upos * xposCount + xpos]` is 1 when training has the pair. */
  readonly #pairs: Uint8Array;
  readonly #uposCount: number;
  readonly #features = new FeatureList(TAG_FEATURES);
  readonly #words = new Map<string, KnownWord>();

  constructor(classifier: HashedClassifier, pairs: Uint8Array, uposCount: number) {
    this.#classifier = classifier;
    this.#pairs = pairs;
    this.#uposCount = uposCount;
  }

  static read(bytes: Uint8Array): WindowTagger {
    const { meta, arrays } = readModelFile(bytes);
    return new WindowTagger(HashedClassifier.read(bytes), arrays.pairs as Uint8Array, meta.classes as number);
  }

  /** Adds the score of each UPOS tag of word i to `target` from `start + i * stride` on. */
  addScores(forms: readonly string[], target: Float32Array, start: number, stride: number): void {
    const words = forms.map((form) => this.#wordOf(form));
    const hashes = words.map((word) => word.hashes);
    for (let i = 0; i < words.length; i++) {
      const at = start + i * stride;
      const { scores } = words[i]!;
      for (let tag = 0; tag < scores.length; tag++) target[at + tag]! += scores[tag]!;
      this.#features.clear();
      windowFeatures(this.#features, hashes, i);
      this.#classifier.addScores(this.#features, target, at, WEIGHT);
    }
  }

  isPair(upos: number, xpos: number): boolean {
    return this.#pairs[upos * (this.#pairs.length / this.#uposCount) + xpos] === 1;
  }

  #wordOf(form: string): KnownWord {
    const known = this.#words.get(form);
    if (known !== undefined) return known;
    if (this.#words.size === CAPACITY) this.#words.clear();
    const word = { hashes: wordFeatureHashes(form), scores: new Float32Array(this.#uposCount) };
    this.#features.clear();
    wordFeatures(this.#features, word.hashes);
    this.#classifier.addScores(this.#features, word.scores, 0, WEIGHT);
    this.#words.set(form, word);
    return word;
  }
}
