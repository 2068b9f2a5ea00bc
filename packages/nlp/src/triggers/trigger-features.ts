import { hashString, mixHash } from '../entities/names/hash.ts';
import { FeatureList } from '../linear/hashed-classifier.ts';
import { ATTRIBUTES } from './trigger-attributes.ts';
import { attributeNames, childTemplates, POSITIONS, type Template, wordTemplates } from './trigger-templates.ts';
import type { TriggerWord } from './trigger-words.ts';

/** Children beyond this add no features: it bounds the cost of broken trees. */
const MAX_CHILDREN = 12;
/** Stands for the attributes of a word that is not there. */
const NOBODY = 7;

const getters = attributeNames.map((name) => ATTRIBUTES[name]);
const CHILD = POSITIONS.indexOf('child');

/** The features of the words of one sentence. */
export class TriggerFeatures {
  readonly #words: readonly TriggerWord[];
  /** Hash of each attribute of each word. */
  readonly #hashes: Int32Array;
  /** Index of the word at each position, -1 for none. */
  readonly #places = new Int32Array(POSITIONS.length);

  constructor(words: readonly TriggerWord[]) {
    this.#words = words;
    this.#hashes = new Int32Array(words.length * getters.length);
    words.forEach((word, i) => {
      getters.forEach((get, a) => {
        this.#hashes[i * getters.length + a] = hashString(get(word));
      });
    });
  }

  /** A list that {@link collect} can fill. */
  static list(): FeatureList {
    return new FeatureList(wordTemplates.length + MAX_CHILDREN * childTemplates.length);
  }

  /** Fills the list with the features of word `i`. */
  collect(i: number, list: FeatureList): void {
    list.clear();
    this.#visit(i, (template, kind) => list.add(kind, this.#hash(template)));
  }

  /** The features of word `i` in the order of {@link collect}, written out: `relation head.lemma = obj sign`. */
  describe(i: number): string[] {
    const described: string[] = [];
    this.#visit(i, (template) => {
      const values = template.parts.map(({ position, attribute }) => {
        const word = this.#words[this.#places[position]!];
        return word === undefined ? '–' : getters[attribute]!(word) || '–';
      });
      described.push(`${template.name} = ${values.join(' ')}`);
    });
    return described;
  }

  #visit(i: number, visit: (template: Template, kind: number) => void): void {
    const { token, children } = this.#words[i]!;
    this.#stand(i, token.head);
    for (let t = 0; t < wordTemplates.length; t++) visit(wordTemplates[t]!, t);
    for (const child of children.slice(0, MAX_CHILDREN)) {
      this.#places[CHILD] = child.index;
      for (let t = 0; t < childTemplates.length; t++) visit(childTemplates[t]!, wordTemplates.length + t);
    }
  }

  /** Fills the places as seen from word `i`. */
  #stand(i: number, head: number): void {
    [i, head, -1, i - 1, i + 1, i - 2, i + 2].forEach((place, p) => {
      this.#places[p] = place >= 0 && place < this.#words.length ? place : -1;
    });
  }

  #hash({ parts }: Template): number {
    let hash = 0;
    for (const { position, attribute } of parts) {
      const place = this.#places[position]!;
      hash = mixHash(hash, place < 0 ? NOBODY : this.#hashes[place * getters.length + attribute]!);
    }
    return hash;
  }
}
