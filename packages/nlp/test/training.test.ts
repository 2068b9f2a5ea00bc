import { describe, expect, test } from 'vitest';
import { HashedClassifier } from '../src/linear/hashed-classifier.ts';
import { SentenceSplitter } from '../src/sentences/sentence-splitter.ts';
import { Tokenizer } from '../src/tokenizer/tokenizer.ts';
import { trainSplitter } from '../training/sentences/train-splitter.ts';
import { trainTokenizer } from '../training/tokenizer/train-tokenizer.ts';
import { trainLemmatizer } from '../training/train-lemmatizer.ts';
import { trainMorphology } from '../training/train-morphology.ts';
import { trainTagger } from '../training/train-tagger.ts';
import { tinyTreebank } from './tiny-treebank.ts';

const TEXT = 'Dogs bark loudly. She saw cats.';

test('tagger, lemmas and morphology are trained again bit for bit', () => {
  expect(trainTagger(tinyTreebank(2), 1)).toEqual(trainTagger(tinyTreebank(2), 1));
  expect(trainLemmatizer(tinyTreebank(2))).toEqual(trainLemmatizer(tinyTreebank(2)));
  expect(trainMorphology(tinyTreebank(2))).toEqual(trainMorphology(tinyTreebank(2)));
});

describe('training of tokens and sentences', () => {
  test('repeats bit for bit', () => {
    expect(trainTokenizer(tinyTreebank(2), 1)).toEqual(trainTokenizer(tinyTreebank(2), 1));
    expect(trainSplitter(tinyTreebank(2), 1)).toEqual(trainSplitter(tinyTreebank(2), 1));
  });

  test('learns what it is shown', () => {
    const spans = new Tokenizer(HashedClassifier.read(trainTokenizer(tinyTreebank(20), 1))).tokenize(TEXT);
    expect(spans.count).toBe(8);
    const splitter = new SentenceSplitter(HashedClassifier.read(trainSplitter(tinyTreebank(20), 1)), 400);
    expect(splitter.split(spans)).toEqual([0, 4]);
  });
});
