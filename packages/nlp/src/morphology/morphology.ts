import { BackoffTable, type StoredBackoffTable } from '../backoff/backoff-table.ts';
import { readModelFile } from '../model/model-file.ts';
import { morphologyKeys, placesOf, type TaggedWord } from './morphology-keys.ts';

/** Forms whose answers are kept, and the longest that is. */
const MAX_KNOWN = 8192;
const MAX_KNOWN_FORM = 64;

/** Morphological features (universaldependencies.org/u/feat) by tables over tags, words and their places in the tree. */
export class Morphology {
  readonly #table: BackoffTable<string>;
  /** Answers by form, then by tags and place. */
  readonly #known = new Map<string, Map<string, string>>();

  constructor(table: BackoffTable<string>) {
    this.#table = table;
  }

  static read(bytes: Uint8Array): Morphology {
    return new Morphology(new BackoffTable(readModelFile(bytes).meta as unknown as StoredBackoffTable<string>));
  }

  /** The features of each word, such as `Number=Sing|Person=3`; empty for none. */
  features(words: readonly TaggedWord[]): string[] {
    const places = placesOf(words);
    return words.map((word, i) => this.#find(word, places[i]!));
  }

  #find(word: TaggedWord, place: string): string {
    if (word.text.length > MAX_KNOWN_FORM) return this.#table.find(morphologyKeys(word, place)) ?? '';
    let answers = this.#known.get(word.text);
    if (answers === undefined) {
      if (this.#known.size === MAX_KNOWN) this.#known.clear();
      answers = new Map();
      this.#known.set(word.text, answers);
    }
    const key = `${word.upos}${word.xpos}${place}`;
    let feats = answers.get(key);
    if (feats === undefined) {
      feats = this.#table.find(morphologyKeys(word, place)) ?? '';
      answers.set(key, feats);
    }
    return feats;
  }
}
