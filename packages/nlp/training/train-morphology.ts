import type { ConlluSentence } from '../src/conllu/conllu.ts';
import { writeModelFile } from '../src/model/model-file.ts';
import { morphologyKeys, placesOf } from '../src/morphology/morphology-keys.ts';
import { trainBackoff } from './train-backoff.ts';

const MIN_COUNT = 2;

/** Trains the table of morphological features; returns the model file. */
export function trainMorphology(sentences: readonly ConlluSentence[]): Uint8Array {
  const samples = sentences.flatMap(({ words }) => {
    const tagged = words.map((word) => ({ ...word, text: word.form, head: word.head - 1 }));
    const places = placesOf(tagged);
    return words.map(({ feats }, i) => ({
      keys: morphologyKeys(tagged[i]!, places[i]!),
      value: feats === '_' ? '' : feats,
    }));
  });
  const { values, entries } = trainBackoff(samples, (_, count) => count >= MIN_COUNT);
  return writeModelFile({ meta: { values, entries }, arrays: {} });
}
