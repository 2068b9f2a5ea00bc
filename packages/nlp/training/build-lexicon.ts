import { type LexiconEntry, WordLexicon } from '../src/entities/names/word-lexicon.ts';
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

/** Builds the word lexicon of the name model from plain sentences. */
export function buildLexicon(
  sentences: readonly (readonly string[])[],
  options: { readonly fine: number; readonly coarse: number; readonly minCount: number; readonly rounds: number },
): WordLexicon {
  const lowered = sentences.map((sentence) => sentence.map((word) => word.toLowerCase()));
  const { minCount, rounds } = options;
  const fine = clusterWords(lowered, { classCount: options.fine, minCount, rounds });
  const coarse = clusterWords(lowered, { classCount: options.coarse, minCount, rounds });
  const casing = countCasing(sentences);
  const entries = new Map<string, LexiconEntry>();
  for (const [word, cluster] of fine) {
    entries.set(word, { cluster, coarseCluster: coarse.get(word) ?? 0, casing: casingBucket(casing.get(word)) });
  }
  return new WordLexicon(entries);
}
