import { readFileSync } from 'node:fs';

/** In how many of a number of documents each stem stands. */
interface WordCounts {
  readonly documents: number;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * How rare a word is among news and other texts: the inverse document frequency of a fixed collection, not of the batch. So
 * what two documents have in common does not change when a third one comes, and linking can add without doing all again.
 */
export class WordRarity {
  readonly #documents: number;
  readonly #counts: ReadonlyMap<string, number>;
  /** Of a word the collection does not have. */
  readonly highest: number;

  constructor({ documents, counts }: WordCounts) {
    this.#documents = documents;
    this.#counts = new Map(Object.entries(counts));
    this.highest = Math.log(documents + 1);
  }

  /** Natural logarithm; at least 0. */
  of(stem: string): number {
    const known = this.#counts.get(stem) ?? 0;
    return Math.max(0, Math.log((this.#documents + 1) / (known + 1)));
  }
}

/** The rarity of words in the collection that comes with pawl (`npm run train:storylines` counts it). */
export function loadWordRarity(): WordRarity {
  const file = new URL('../../models/storylines/word-counts.json', import.meta.url);
  return new WordRarity(JSON.parse(readFileSync(file, 'utf8')) as WordCounts);
}
