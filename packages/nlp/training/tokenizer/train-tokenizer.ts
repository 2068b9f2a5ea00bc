import { groupDocuments, type RawText, toRawText } from '../../evaluation/raw-text.ts';
import type { ConlluSentence } from '../../src/conllu/conllu.ts';
import { FeatureList } from '../../src/linear/hashed-classifier.ts';
import { charClass, SPACE } from '../../src/tokenizer/char-class.ts';
import {
  describeChunk,
  JOIN,
  maySplit,
  SPLIT,
  SPLIT_CLITIC,
  SPLIT_FEATURES,
  splitFeatures,
} from '../../src/tokenizer/split-features.ts';
import { type Decision, decisionOf, trainClassifier } from '../linear.ts';

/** Trains the tokenizer's classifier on the raw text of `sentences`; returns the model file. */
export function trainTokenizer(sentences: readonly ConlluSentence[], seed: number): Uint8Array {
  const decisions = groupDocuments(sentences).flatMap((document) => splitDecisions(toRawText(document)));
  return trainClassifier(decisions, { classes: 3, rows: 1 << 16, epochs: 12, learningRate: 0.15, l2: 1e-6, seed });
}

function splitDecisions(raw: RawText): Decision[] {
  const { text } = raw;
  const starts = wordStarts(raw);
  const list = new FeatureList(SPLIT_FEATURES);
  const decisions: Decision[] = [];
  for (let i = 0; i < text.length; ) {
    let end = i;
    while (end < text.length && charClass(text.charCodeAt(end)) !== SPACE) end++;
    if (end > i) decideChunk(i, end);
    i = end + 1;
  }
  return decisions;

  function decideChunk(start: number, end: number): void {
    const chunk = describeChunk(text, start, end);
    let from = start;
    for (let i = start + 1; i < end; i++) {
      if (!maySplit(chunk, i)) continue;
      splitFeatures(list, chunk, i, from);
      const gold = starts.get(i) ?? JOIN;
      decisions.push(decisionOf(list, gold));
      if (gold !== JOIN) from = i;
    }
  }
}

function wordStarts({ sentences }: RawText): Map<number, number> {
  return new Map(sentences.flat().map(({ start, clitic }) => [start, clitic ? SPLIT_CLITIC : SPLIT]));
}
