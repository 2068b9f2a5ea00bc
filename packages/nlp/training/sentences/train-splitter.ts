import { groupDocuments, type RawText, toRawText } from '../../evaluation/raw-text.ts';
import type { ConlluSentence } from '../../src/conllu/conllu.ts';
import { FeatureList } from '../../src/linear/hashed-classifier.ts';
import { BOUNDARY_FEATURES } from '../../src/sentences/boundary-features.ts';
import { BoundaryWalk } from '../../src/sentences/sentence-splitter.ts';
import type { WordSpans } from '../../src/tokenizer/tokenizer.ts';
import { type Decision, decisionOf, trainClassifier } from '../linear.ts';
import { seededRandom } from '../network/random.ts';

/**
 * Trains the sentence splitter's classifier. Each document is seen three times: with an empty line between paragraphs, with a
 * mere line break there, and with lines wrapped at some width, since all three are met in the wild.
 */
export function trainSplitter(sentences: readonly ConlluSentence[], seed: number): Uint8Array {
  const random = seededRandom(seed);
  const decisions = groupDocuments(sentences).flatMap((document) => {
    const plain = toRawText(document);
    const wrapped = { ...plain, text: wrapLines(plain.text, 60 + Math.floor(random() * 20)) };
    return [plain, toRawText(document, { paragraphBreak: '\n' }), wrapped].flatMap(boundaryDecisions);
  });
  return trainClassifier(decisions, { classes: 2, rows: 1 << 17, epochs: 10, learningRate: 0.1, l2: 1e-6, seed });
}

/** Turns the last space before `width` of each line into a line break; the length stays. */
function wrapLines(text: string, width: number): string {
  const units = [...text];
  let lineStart = 0;
  let lastSpace = -1;
  units.forEach((unit, i) => {
    if (unit === '\n') lineStart = i + 1;
    if (unit === ' ') lastSpace = i;
    if (i - lineStart >= width && lastSpace >= lineStart) {
      units[lastSpace] = '\n';
      lineStart = lastSpace + 1;
    }
  });
  return units.join('');
}

function boundaryDecisions({ text, sentences }: RawText): Decision[] {
  const words = sentences.flat();
  const spans: WordSpans = {
    text,
    count: words.length,
    starts: Int32Array.from(words, (word) => word.start),
    ends: Int32Array.from(words, (word) => word.end),
    clitics: Uint8Array.from(words, (word) => Number(word.clitic)),
  };
  const lastWords = new Set<number>();
  let count = 0;
  for (const sentence of sentences) {
    count += sentence.length;
    lastWords.add(count - 1);
  }
  const walk = new BoundaryWalk(spans);
  const list = new FeatureList(BOUNDARY_FEATURES);
  const decisions: Decision[] = [];
  for (let at = 0; at < spans.count; at++) {
    if (!walk.isForced(at)) {
      walk.describe(list, at);
      decisions.push(decisionOf(list, lastWords.has(at) ? 1 : 0));
    }
    if (lastWords.has(at)) walk.sentence.clear();
  }
  return decisions;
}
