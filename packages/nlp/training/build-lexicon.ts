import { type LexiconEntry, WordLexicon } from '../src/entities/names/word-lexicon.ts';
import type { NameExample } from './name-corpora.ts';
import { clusterWords } from './word-clusters.ts';

interface CaseCounts {
  lower: number;
  upper: number;
}

const isUpper = (word: string): boolean => /^\p{Lu}/u.test(word);

/** Headlines capitalise everything; they say nothing about a word. */
function isHeadline(sentence: readonly string[]): boolean {
  const words = sentence.filter((word) => /^\p{L}/u.test(word));
  return words.filter(isUpper).length > 0.6 * words.length;
}

function countCasing(sentences: readonly (readonly string[])[]): Map<string, CaseCounts> {
  const counts = new Map<string, CaseCounts>();
  for (const sentence of sentences) {
    if (isHeadline(sentence)) continue;
    for (const word of sentence.slice(1)) {
      if (!/^\p{L}/u.test(word)) continue;
      const lower = word.toLowerCase();
      const entry = counts.get(lower) ?? { lower: 0, upper: 0 };
      counts.set(lower, entry);
      if (isUpper(word)) entry.upper++;
      else entry.lower++;
    }
  }
  return counts;
}

function casingBucket(counts: CaseCounts | undefined): number {
  if (counts === undefined || counts.lower + counts.upper < 2) return 0;
  const share = counts.upper / (counts.lower + counts.upper);
  return [0.02, 0.25, 0.75, 0.98].filter((limit) => share > limit).length + 1;
}

/** Below this share of its lower-cased uses, a word is no sign of a name by itself (`the`, `of`). */
const MIN_EDGE_SHARE = 0.02;

interface NameUse {
  total: number;
  edge: number;
  inside: number;
}

function countNameUse(examples: readonly NameExample[]): Map<string, NameUse> {
  const uses = new Map<string, NameUse>();
  for (const { words, spans } of examples) {
    const useOf = (i: number): NameUse | undefined => {
      const word = words[i]!;
      if (isUpper(word)) return undefined;
      const use = uses.get(word.toLowerCase()) ?? { total: 0, edge: 0, inside: 0 };
      uses.set(word.toLowerCase(), use);
      return use;
    };
    for (let i = 0; i < words.length; i++) {
      const use = useOf(i);
      if (use) use.total++;
    }
    for (const { first, last } of spans) {
      for (let i = first; i <= last; i++) {
        const use = useOf(i);
        if (use) use.inside++;
        if (use && (i === first || i === last)) use.edge++;
      }
    }
  }
  return uses;
}

function nameUseCode(use: NameUse | undefined): number {
  if (use === undefined || use.inside === 0) return 0;
  return use.edge / use.total >= MIN_EDGE_SHARE ? 2 : 1;
}

/** Builds the word lexicon of the name model from plain sentences and from those with names. */
export function buildLexicon(
  sentences: readonly (readonly string[])[],
  examples: readonly NameExample[],
  options: { readonly fine: number; readonly coarse: number; readonly minCount: number; readonly rounds: number },
): WordLexicon {
  const lowered = sentences.map((sentence) => sentence.map((word) => word.toLowerCase()));
  const { minCount, rounds } = options;
  const fine = clusterWords(lowered, { classCount: options.fine, minCount, rounds });
  const coarse = clusterWords(lowered, { classCount: options.coarse, minCount, rounds });
  const casing = countCasing(sentences);
  const uses = countNameUse(examples);
  const named = [...uses].filter(([, use]) => use.inside > 0).map(([word]) => word);
  const entries = new Map<string, LexiconEntry>();
  for (const word of new Set([...fine.keys(), ...named])) {
    entries.set(word, {
      cluster: fine.get(word) ?? 0,
      coarseCluster: coarse.get(word) ?? 0,
      casing: casingBucket(casing.get(word)),
      nameUse: nameUseCode(uses.get(word)),
    });
  }
  return new WordLexicon(entries);
}
