import type { ConlluSentence, ConlluWord } from '../src/conllu/conllu.ts';
import { type LemmaRule, lemmaRuleFor } from '../src/lemmatizer/lemma-rule.ts';
import { lemmaTag, MAX_ENDING, WHOLE_WORD } from '../src/lemmatizer/lemmatizer.ts';
import { writeModelFile } from '../src/model/model-file.ts';

/** Endings (not whole words) must be backed by this many tokens. */
const MIN_ENDING_COUNT = 3;

type Counts = Map<string, Map<number, number>>;

/**
 * Learns lemma rules: for each tag, an ending gets an entry when its commonest rule differs from the one its next
 * shorter ending already leads to; a whole word likewise, as an exception. Returns the model file.
 */
export function trainLemmatizer(sentences: readonly ConlluSentence[]): Uint8Array {
  const rules: LemmaRule[] = [];
  const numbers = new Map<string, number>();
  const byTag = new Map<string, Counts>();
  for (const word of sentences.flatMap((sentence) => sentence.words)) countWord(word);
  const endings: Record<string, Record<string, number>> = {};
  for (const [tag, counts] of [...byTag].sort(byKey)) endings[tag] = chooseEntries(counts);
  return writeModelFile({ meta: { rules, endings }, arrays: {} });

  function countWord({ form, lemma, upos, xpos }: ConlluWord): void {
    if (lemma === '_' && form !== '_') return;
    const rule = ruleNumber(lemmaRuleFor(form, lemma));
    const tag = lemmaTag(upos, xpos);
    const counts = byTag.get(tag) ?? new Map<string, Map<number, number>>();
    byTag.set(tag, counts);
    const word = form.toLowerCase();
    for (let n = 0; n <= Math.min(MAX_ENDING, word.length); n++) count(counts, word.slice(word.length - n), rule);
    count(counts, WHOLE_WORD + word, rule);
  }

  function ruleNumber(rule: LemmaRule): number {
    const key = JSON.stringify(rule);
    const known = numbers.get(key) ?? numbers.size;
    if (known === numbers.size) {
      numbers.set(key, known);
      rules.push(rule);
    }
    return known;
  }
}

function count(counts: Counts, ending: string, rule: number): void {
  const rules = counts.get(ending) ?? new Map<number, number>();
  counts.set(ending, rules);
  rules.set(rule, (rules.get(rule) ?? 0) + 1);
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function chooseEntries(counts: Counts): Record<string, number> {
  const entries: Record<string, number> = Object.create(null);
  const shortestFirst = [...counts].sort((a, b) => rank(a[0]) - rank(b[0]) || byKey(a, b));
  for (const [ending, rules] of shortestFirst) {
    const total = [...rules.values()].reduce((sum, n) => sum + n, 0);
    if (ending !== '' && !ending.startsWith(WHOLE_WORD) && total < MIN_ENDING_COUNT) continue;
    const [best] = [...rules].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]!;
    if (inherited(entries, ending) !== best) entries[ending] = best;
  }
  return entries;
}

/** Whole words come after all endings. */
const rank = (ending: string): number => (ending.startsWith(WHOLE_WORD) ? MAX_ENDING + 1 : ending.length);

/** The rule that shorter endings already give. */
function inherited(entries: Record<string, number>, ending: string): number | undefined {
  const word = ending.slice(1);
  for (let n = Math.min(MAX_ENDING, word.length); n >= 0; n--) {
    const rule = entries[word.slice(word.length - n)];
    if (rule !== undefined) return rule;
  }
  return undefined;
}
