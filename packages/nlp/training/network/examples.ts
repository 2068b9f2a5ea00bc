import type { ConlluSentence } from '../../src/conllu/conllu.ts';
import type { FeatureIndex } from '../../src/network/feature-index.ts';
import { wordFeatureHashes } from '../../src/network/word-features.ts';

/** A sentence as numbers: what the network reads and what it must learn. */
export interface Example {
  readonly length: number;
  /** Per token, its known word features; the word's own first when `hasWord`. */
  readonly features: readonly Int32Array[];
  readonly hasWord: Uint8Array;
  readonly upos: Uint8Array;
  readonly xpos: Uint8Array;
  /** -1 for the root. */
  readonly heads: Int32Array;
  readonly labels: Uint8Array;
}

/** The label sets, in the order of their numbers. */
export interface LabelSets {
  readonly upos: readonly string[];
  readonly xpos: readonly string[];
  readonly deprel: readonly string[];
}

/** Word features seen at least this often in training get a number. */
const MIN_WORD_COUNT = 2;
const MIN_AFFIX_COUNT = 4;

/** Numbers the features of the training sentences; `counts[id]` is how often each was seen. */
export function collectFeatures(sentences: readonly ConlluSentence[]): { hashes: Int32Array; counts: Int32Array } {
  const counts = new Map<number, number>();
  const words = new Set<number>();
  for (const { words: tokens } of sentences) {
    for (const { form } of tokens) {
      const hashes = wordFeatureHashes(form);
      words.add(hashes[0]!);
      for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  const kept = [...counts]
    .filter(([hash, count]) => count >= (words.has(hash) ? MIN_WORD_COUNT : MIN_AFFIX_COUNT))
    .sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return { hashes: Int32Array.from(kept, ([hash]) => hash), counts: Int32Array.from(kept, ([, count]) => count) };
}

export function collectLabels(sentences: readonly ConlluSentence[]): LabelSets {
  const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();
  const words = sentences.flatMap((sentence) => sentence.words);
  return {
    upos: sorted(words.map((word) => word.upos)),
    xpos: sorted(words.map((word) => word.xpos)),
    deprel: sorted(words.map((word) => word.deprel)),
  };
}

const numbering = (names: readonly string[]): Map<string, number> => new Map(names.map((name, i) => [name, i]));

/** Turns sentences into examples; labels outside the sets count as the first. */
export function toExamples(sentences: readonly ConlluSentence[], index: FeatureIndex, labels: LabelSets): Example[] {
  const upos = numbering(labels.upos);
  const xpos = numbering(labels.xpos);
  const deprel = numbering(labels.deprel);
  return sentences.map(({ words }) => {
    const hashes = words.map((word) => wordFeatureHashes(word.form));
    return {
      length: words.length,
      features: hashes.map((list) => Int32Array.from(list.map((hash) => index.find(hash)).filter((id) => id >= 0))),
      hasWord: Uint8Array.from(hashes, (list) => (index.find(list[0]!) >= 0 ? 1 : 0)),
      upos: Uint8Array.from(words, (word) => upos.get(word.upos) ?? 0),
      xpos: Uint8Array.from(words, (word) => xpos.get(word.xpos) ?? 0),
      heads: Int32Array.from(words, (word) => word.head - 1),
      labels: Uint8Array.from(words, (word) => deprel.get(word.deprel) ?? 0),
    };
  });
}
