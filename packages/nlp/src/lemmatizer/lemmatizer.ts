import { readModelFile } from '../model/model-file.ts';
import { applyLemmaRule, type LemmaRule } from './lemma-rule.ts';

/** Endings are told apart up to this length. */
export const MAX_ENDING = 6;
/** Marks an entry that holds for the whole word only. */
export const WHOLE_WORD = '^';

/** For each tag pair, rule numbers by ending: the longest ending of a word decides. */
export type EndingTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The tag pair that endings are listed under. */
export const lemmaTag = (upos: string, xpos: string): string => `${upos} ${xpos}`;

/** Finds lemmas by rules on word endings, exceptions being endings that are whole words; both learnt from treebanks. */
export class Lemmatizer {
  readonly #rules: readonly LemmaRule[];
  readonly #endings: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly #known = new Map<string, string>();

  constructor(rules: readonly LemmaRule[], endings: EndingTable) {
    this.#rules = rules;
    this.#endings = new Map(
      Object.entries(endings).map(([tag, table]) => [tag, new Map<string, number>(Object.entries(table))]),
    );
  }

  static read(bytes: Uint8Array): Lemmatizer {
    const { rules, endings } = readModelFile(bytes).meta as { rules: LemmaRule[]; endings: EndingTable };
    return new Lemmatizer(rules, endings);
  }

  lemma(form: string, upos: string, xpos: string): string {
    const key = `${xpos} ${upos} ${form}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#find(form, lemmaTag(upos, xpos));
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    if (form.length <= MAX_KNOWN_FORM) this.#known.set(key, found);
    return found;
  }

  #find(form: string, tag: string): string {
    const table = this.#endings.get(tag);
    const rule = table === undefined ? undefined : findRule(table, form.toLowerCase());
    return rule === undefined ? form : applyLemmaRule(this.#rules[rule]!, form);
  }
}

const MAX_KNOWN = 20_000;
const MAX_KNOWN_FORM = 64;

function findRule(table: ReadonlyMap<string, number>, word: string): number | undefined {
  const whole = table.get(WHOLE_WORD + word);
  if (whole !== undefined) return whole;
  for (let n = Math.min(MAX_ENDING, word.length); n >= 0; n--) {
    const rule = table.get(word.slice(word.length - n));
    if (rule !== undefined) return rule;
  }
  return undefined;
}
