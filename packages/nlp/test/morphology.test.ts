import { beforeAll, describe, expect, test } from 'vitest';
import { type English, loadEnglish } from '../src/index.ts';

let english: English;
beforeAll(async () => {
  english = await loadEnglish();
});

describe('morphological features', () => {
  test.each([
    ['She saw him.', 'him', 'Case=Acc'],
    ['He left.', 'He', 'Case=Nom'],
    ['You left.', 'You', 'Case=Nom'],
    ['We met you.', 'you', 'Case=Acc'],
    ['The dogs bark.', 'dogs', 'Number=Plur'],
    ['They were late.', 'were', 'Number=Plur'],
    ['It was signed.', 'signed', 'Voice=Pass'],
    ['She has left.', 'left', 'VerbForm=Part'],
    ['We want to go.', 'go', 'VerbForm=Inf'],
    ['She is taller.', 'taller', 'Degree=Cmp'],
  ])('%s: %s has %s', (text, form, feature) => {
    const tokens = english.parse(text).sentences.flatMap((sentence) => sentence.tokens);
    expect(tokens.find((token) => token.text === form)!.feats!.split('|')).toContain(feature);
  });

  test('a full stop has none', () => {
    expect(english.parse('Yes.').sentences[0]!.tokens[1]!.feats).toBe('');
  });
});
