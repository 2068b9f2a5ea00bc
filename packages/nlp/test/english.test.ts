import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type English, loadEnglish, type Token } from '../src/index.ts';

let english: English;
beforeAll(async () => {
  english = await loadEnglish();
});

/** `dependent <label< head` of each token but punctuation. */
function arcs(text: string): string[] {
  return english
    .parse(text)
    .sentences.flatMap(({ tokens }) =>
      tokens
        .filter((token) => token.upos !== 'PUNCT')
        .map((token) => `${token.text} <${token.deprel}< ${tokens[token.head]?.text ?? 'ROOT'}`),
    );
}

const find = (text: string, form: string): Token =>
  english
    .parse(text)
    .sentences.flatMap((sentence) => sentence.tokens)
    .find((token) => token.text === form)!;

describe('trees of plain sentences', () => {
  test.each([
    ['The dog chased a cat.', 'cat <obj< chased'],
    ['The dog chased a cat.', 'dog <nsubj< chased'],
    ['The law was signed by the president.', 'law <nsubj:pass< signed'],
    ['The law was signed by the president.', 'president <obl:agent< signed'],
    ['She gave him the book.', 'him <iobj< gave'],
    ['He is a teacher.', 'is <cop< teacher'],
    ['They said that he left.', 'left <ccomp< said'],
    ['We want to go home.', 'go <xcomp< want'],
    ['Anna and Peter met in Berlin.', 'Peter <conj< Anna'],
    ['The man who called is here.', 'called <acl:relcl< man'],
    ['She turned the light off.', 'off <compound:prt< turned'],
    ['The mayor’s office closed.', 'mayor <nmod:poss< office'],
  ])('%s: %s', (text, arc) => expect(arcs(text)).toContain(arc));
});

describe('tags and lemmas', () => {
  test.each([
    ['They will run the race.', 'run', 'VERB', 'VB', 'run'],
    ['It was a long run.', 'run', 'NOUN', 'NN', 'run'],
    ['The children were running.', 'children', 'NOUN', 'NNS', 'child'],
    ['She went to Paris.', 'went', 'VERB', 'VBD', 'go'],
    ['She went to Paris.', 'Paris', 'PROPN', 'NNP', 'Paris'],
    ['It is the best one.', 'best', 'ADJ', 'JJS', 'good'],
    ["He doesn't know.", "n't", 'PART', 'RB', 'not'],
    ['The studies show this.', 'studies', 'NOUN', 'NNS', 'study'],
  ])('%s: %s is %s %s %s', (text, form, upos, xpos, lemma) =>
    expect(find(text, form)).toMatchObject({ upos, xpos, lemma }),
  );
});

describe('parsing given tokens', () => {
  test('keeps them, one sentence each', () => {
    const given = [['New', 'York-based'], ['a'], ['Don’t', '!']];
    const { sentences } = english.parseTokens(given);
    expect(sentences.map(({ tokens }) => tokens.map((token) => token.text))).toEqual(given);
  });

  test('leaves empty sentences out and cuts endless ones', () => {
    expect(english.parseTokens([[], ['x']]).sentences).toHaveLength(1);
    expect(english.parseTokens([Array.from({ length: 401 }, () => 'x')]).sentences).toHaveLength(2);
  });
});

test('sentences are parsed alike alone and in company', () => {
  const sentences = ['The dog chased a cat.', 'She gave him the book.', 'Prices rose.'];
  const together = english.parseTokens(sentences.map((sentence) => sentence.split(' '))).sentences;
  sentences.forEach((sentence, i) => {
    const [alone] = english.parseTokens([sentence.split(' ')]).sentences;
    expect(together[i]!.tokens.map(({ head, deprel, upos }) => [head, deprel, upos])).toEqual(
      alone!.tokens.map(({ head, deprel, upos }) => [head, deprel, upos]),
    );
  });
});

test('the models are under 15 MB together', () => {
  const folder = join(import.meta.dirname, '..', 'models');
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(bytes).toBeLessThan(15_000_000);
});
