import type { ConlluSentence } from '../src/conllu/conllu.ts';
import { FeatureList } from '../src/linear/hashed-classifier.ts';
import { writeModelFile } from '../src/model/model-file.ts';
import { wordFeatureHashes } from '../src/network/word-features.ts';
import { TAG_FEATURES, windowFeatures, wordFeatures } from '../src/tagger/tag-features.ts';
import { type Decision, decisionOf, fitClassifier } from './linear.ts';
import { collectLabels, type LabelSets } from './network/examples.ts';

/** Pairs of UPOS and XPOS seen at least this often are allowed. */
const MIN_PAIR_COUNT = 2;

/** Trains the window tagger; its tags are numbered like the network's. Returns the model file. */
export function trainTagger(sentences: readonly ConlluSentence[], seed: number): Uint8Array {
  const labels = collectLabels(sentences);
  const decisions = sentences.flatMap((sentence) => tagDecisions(sentence, labels.upos));
  const { meta, arrays } = fitClassifier(decisions, {
    classes: labels.upos.length,
    rows: 1 << 17,
    epochs: 3,
    learningRate: 0.1,
    l2: 0,
    seed,
  });
  return writeModelFile({ meta, arrays: { ...arrays, pairs: collectPairs(sentences, labels) } });
}

function tagDecisions({ words }: ConlluSentence, upos: readonly string[]): Decision[] {
  const hashes = words.map((word) => wordFeatureHashes(word.form));
  const list = new FeatureList(TAG_FEATURES);
  return words.map((word, i) => {
    list.clear();
    wordFeatures(list, hashes[i]!);
    windowFeatures(list, hashes, i);
    return decisionOf(list, upos.indexOf(word.upos));
  });
}

function collectPairs(sentences: readonly ConlluSentence[], { upos, xpos }: LabelSets): Uint8Array {
  const counts = new Int32Array(upos.length * xpos.length);
  for (const word of sentences.flatMap((sentence) => sentence.words)) {
    counts[upos.indexOf(word.upos) * xpos.length + xpos.indexOf(word.xpos)]!++;
  }
  return Uint8Array.from(counts, (count) => (count >= MIN_PAIR_COUNT ? 1 : 0));
}
