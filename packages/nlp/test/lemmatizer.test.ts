import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyLemmaRule, lemmaRuleFor } from '../src/lemmatizer/lemma-rule.ts';
import { Lemmatizer } from '../src/lemmatizer/lemmatizer.ts';
import { trainLemmatizer } from '../training/train-lemmatizer.ts';
import { tinyTreebank } from './tiny-treebank.ts';

describe('lemma rules', () => {
  test('lead from a form back to its lemma', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'É', 's', "'"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(word, word, (form, lemma) => {
        expect(applyLemmaRule(lemmaRuleFor(form, lemma), form)).toBe(lemma);
      }),
    );
  });
});

describe('a trained lemmatizer', () => {
  const lemmatizer = Lemmatizer.read(trainLemmatizer(tinyTreebank(3)));

  test('knows exceptions', () => {
    expect(lemmatizer.lemma('saw', 'VERB', 'VBD')).toBe('see');
  });

  test('carries endings over to words it has not seen', () => {
    expect(lemmatizer.lemma('Horses', 'NOUN', 'NNS')).toBe('horse');
  });

  test('leaves words with unknown tags as they are', () => {
    expect(lemmatizer.lemma('Qux', 'X', 'FW')).toBe('Qux');
  });

  test.each(['__proto__', 'constructor', 'toString'])('is not confused by %s', (form) => {
    expect(typeof lemmatizer.lemma(form, 'NOUN', 'NNS')).toBe('string');
  });
});
