import { BackoffTable, type StoredBackoffTable } from '../backoff/backoff-table.ts';
import { readModelFile } from '../model/model-file.ts';
import { morphologyKeys, type TaggedWord } from './morphology-keys.ts';

/** Morphological features (universaldependencies.org/u/feat) by tables over tags, words and their places in the tree. */
export class Morphology {
  readonly #table: BackoffTable<string>;

  constructor(table: BackoffTable<string>) {
    this.#table = table;
  }

  static read(bytes: Uint8Array): Morphology {
    return new Morphology(new BackoffTable(readModelFile(bytes).meta as unknown as StoredBackoffTable<string>));
  }

  /** The features of each word, such as `Number=Sing|Person=3`; empty for none. */
  features(words: readonly TaggedWord[]): string[] {
    return morphologyKeys(words).map((keys) => this.#table.find(keys) ?? '');
  }
}
