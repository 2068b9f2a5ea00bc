import type { ConlluSentence } from '../src/conllu/conllu.ts';
import { isWholeWord, lemmaKeys } from '../src/lemmatizer/lemma-keys.ts';
import { lemmaRuleFor } from '../src/lemmatizer/lemma-rule.ts';
import { writeModelFile } from '../src/model/model-file.ts';
import { trainBackoff } from './train-backoff.ts';

/** Endings (not whole words) must be backed by this many tokens. */
const MIN_ENDING_COUNT = 3;

/** Trains the table of lemma rules; returns the model file. */
export function trainLemmatizer(sentences: readonly ConlluSentence[]): Uint8Array {
  const samples = sentences
    .flatMap((sentence) => sentence.words)
    .filter(({ form, lemma }) => lemma !== '_' || form === '_')
    .map(({ form, lemma, upos, xpos }) => ({
      keys: lemmaKeys(form, upos, xpos),
      value: lemmaRuleFor(form, lemma),
    }));
  const isBacked = (key: string, count: number): boolean => isWholeWord(key) || count >= MIN_ENDING_COUNT;
  const { values, entries } = trainBackoff(samples, isBacked);
  return writeModelFile({ meta: { values, entries }, arrays: {} });
}
