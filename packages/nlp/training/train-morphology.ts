import type { ConlluSentence } from '../src/conllu/conllu.ts';
import { writeModelFile } from '../src/model/model-file.ts';
import { morphologyKeys } from '../src/morphology/morphology-keys.ts';

/** Keys that name a word must be backed by this many tokens. */
const MIN_COUNT = 2;
const LEVELS = 4;

/**
 * Lists the commonest features of each key, the general keys first, and only where they differ from what the more general
 * keys already say. Returns the model file.
 */
export function trainMorphology(sentences: readonly ConlluSentence[]): Uint8Array {
  const values: string[] = [];
  const numbers = new Map<string, number>();
  const samples = sentences.flatMap(({ words }) => {
    const keys = morphologyKeys(words.map((word) => ({ ...word, text: word.form, head: word.head - 1 })));
    return words.map((word, i) => ({ keys: keys[i]!, value: numberOf(word.feats === '_' ? '' : word.feats) }));
  });
  const entries: Record<string, number> = {};
  for (let level = LEVELS - 1; level >= 0; level--) addLevel(samples, level, entries);
  return writeModelFile({ meta: { values, entries }, arrays: {} });

  function numberOf(value: string): number {
    const number = numbers.get(value) ?? numbers.size;
    if (number === numbers.size) {
      numbers.set(value, number);
      values.push(value);
    }
    return number;
  }
}

interface Sample {
  readonly keys: readonly string[];
  readonly value: number;
}

function addLevel(samples: readonly Sample[], level: number, entries: Record<string, number>): void {
  const counts = new Map<string, { general: readonly string[]; values: Map<number, number> }>();
  for (const { keys, value } of samples) {
    const key = keys[level]!;
    const found = counts.get(key) ?? { general: keys.slice(level + 1), values: new Map<number, number>() };
    counts.set(key, found);
    found.values.set(value, (found.values.get(value) ?? 0) + 1);
  }
  for (const [key, { general, values }] of counts) {
    const [best, count] = [...values].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]!;
    const inherited = general.map((each) => entries[each]).find((value) => value !== undefined);
    if (best !== inherited && (count >= MIN_COUNT || level === LEVELS - 1)) entries[key] = best;
  }
}
