import { readModelFile } from '../model/model-file.ts';
import { morphologyKeys, type TaggedWord } from './morphology-keys.ts';

/** Morphological features (universaldependencies.org/u/feat) by tables over tags, words and their places in the tree. */
export class Morphology {
  readonly #values: readonly string[];
  readonly #entries: ReadonlyMap<string, number>;

  /** `entries` lists numbers of `values` by key. */
  constructor(values: readonly string[], entries: Readonly<Record<string, number>>) {
    this.#values = values;
    this.#entries = new Map(Object.entries(entries));
  }

  static read(bytes: Uint8Array): Morphology {
    const { values, entries } = readModelFile(bytes).meta as { values: string[]; entries: Record<string, number> };
    return new Morphology(values, entries);
  }

  /** The features of each word, such as `Number=Sing|Person=3`; empty for none. */
  features(words: readonly TaggedWord[]): string[] {
    return morphologyKeys(words).map((keys) => {
      for (const key of keys) {
        const value = this.#entries.get(key);
        if (value !== undefined) return this.#values[value]!;
      }
      return '';
    });
  }
}
