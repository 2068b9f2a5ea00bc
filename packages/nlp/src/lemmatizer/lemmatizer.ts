import { BackoffTable, type StoredBackoffTable } from '../backoff/backoff-table.ts';
import { readModelFile } from '../model/model-file.ts';
import { lemmaKeys } from './lemma-keys.ts';
import { applyLemmaRule, type LemmaRule } from './lemma-rule.ts';

/** Answers kept, and the longest form that is. */
const MAX_KNOWN = 20_000;
const MAX_KNOWN_FORM = 64;

/** Finds lemmas by rules on word endings, with whole words as exceptions; both learnt from treebanks. */
export class Lemmatizer {
  readonly #rules: BackoffTable<LemmaRule>;
  readonly #known = new Map<string, string>();

  constructor(rules: BackoffTable<LemmaRule>) {
    this.#rules = rules;
  }

  static read(bytes: Uint8Array): Lemmatizer {
    return new Lemmatizer(new BackoffTable(readModelFile(bytes).meta as unknown as StoredBackoffTable<LemmaRule>));
  }

  /** The lemma of a word with its tags; the word itself when nothing is known of the tags. */
  lemma(form: string, upos: string, xpos: string): string {
    const key = `${xpos} ${upos} ${form}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rule = this.#rules.find(lemmaKeys(form, upos, xpos));
    const lemma = rule === undefined ? form : applyLemmaRule(rule, form);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    if (form.length <= MAX_KNOWN_FORM) this.#known.set(key, lemma);
    return lemma;
  }
}
