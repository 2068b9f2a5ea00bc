import { describe, expect, test } from 'vitest';
import { scoreParse } from '../evaluation/conll18.ts';
import { type ConlluSentence, readConllu } from '../src/conllu/conllu.ts';

/** CoNLL-U from lines `id form lemma upos xpos head deprel`, sentences apart by an empty line. */
function conllu(text: string): ConlluSentence[] {
  const blocks = text.trim().split(/\n\s*\n/);
  const lines = blocks.map((block) =>
    block
      .trim()
      .split('\n')
      .map((line) => {
        const [id, form, lemma = '_', upos = '_', xpos = '_', head = '_', deprel = '_'] = line.trim().split(/ +/);
        return [id, form, lemma, upos, xpos, '_', head, deprel, '_', '_'].join('\t');
      })
      .join('\n'),
  );
  return readConllu(`${lines.join('\n\n')}\n\n`);
}

/** Words in the notation of the shared task's own tests: `abc` one word, `abc a b c` a multiword token; heads in a chain. */
function words(notation: readonly string[]): ConlluSentence[] {
  let id = 0;
  const lines = notation.flatMap((item) => {
    const [form, ...parts] = item.split(' ');
    const first = id + 1;
    const own = (parts.length > 0 ? parts : [form]).map((word) => `${++id} ${word} _ _ _ ${id - 1} dep`);
    return parts.length > 0 ? [`${first}-${id} ${form}`, ...own] : own;
  });
  return conllu(lines.join('\n'));
}

describe('the shared task’s own alignment examples', () => {
  // From the tests in conll18_ud_eval.py: gold, system, words rightly aligned.
  test.each([
    [['a'], ['a'], 1],
    [['a', 'b', 'c'], ['a', 'b', 'c'], 3],
    [['abc a b c'], ['a', 'b', 'c'], 3],
    [['a', 'bc b c', 'd'], ['a', 'b', 'c', 'd'], 4],
    [['abcd a b c d'], ['ab a b', 'cd c d'], 4],
    [['abc a b c', 'de d e'], ['a', 'bcd b c d', 'e'], 5],
    [['abcd'], ['a', 'b', 'c', 'd'], 0],
    [['abc', 'd'], ['a', 'b', 'c', 'd'], 1],
    [['a', 'bc', 'd'], ['a', 'b', 'c', 'd'], 2],
    [['a', 'bc b c', 'd'], ['a', 'b', 'cd'], 2],
    [['abc a BX c', 'def d EX f'], ['ab a b', 'cd c d', 'ef e f'], 4],
    [['ab a b', 'cd bc d'], ['a', 'bc', 'd'], 2],
    [['a', 'bc b c', 'd'], ['ab AX BX', 'cd CX a'], 1],
  ])('%j against %j', (gold, system, correct) => {
    const goldWords = words(gold);
    const systemWords = words(system);
    const count = goldWords[0]!.words.length + systemWords[0]!.words.length;
    expect(scoreParse(goldWords, systemWords).words).toBeCloseTo((200 * correct) / count, 1);
  });
});

const GOLD = `
1 She she PRON PRP 2 nsubj
2 left leave VERB VBD 0 root
3 . . PUNCT . 2 punct

1 We we PRON PRP 3 nsubj
2 all all DET DT 1 det
3 stayed stay VERB VBD 0 root
4 . . PUNCT . 3 punct`;

describe('scores', () => {
  test('a file against itself is perfect', () => {
    const scores = scoreParse(conllu(GOLD), conllu(GOLD));
    expect(new Set(Object.values(scores))).toEqual(new Set([100]));
  });

  test('a wrong head costs both attachment scores, a wrong label only the labelled one', () => {
    const system = conllu(GOLD.replace('2 all all DET DT 1 det', '2 all all DET DT 3 det').replace('2 nsubj', '2 obj'));
    const scores = scoreParse(conllu(GOLD), system);
    expect(scores.uas).toBeCloseTo(600 / 7, 1);
    expect(scores.las).toBeCloseTo(500 / 7, 1);
    expect(scores.upos).toBe(100);
  });

  test('subtypes of labels do not count', () => {
    const system = conllu(GOLD.replace('2 nsubj', '2 nsubj:pass'));
    expect(scoreParse(conllu(GOLD), system).las).toBe(100);
  });

  test('sentences run together lose both sentences and one root', () => {
    const system = conllu(`
1 She she PRON PRP 2 nsubj
2 left leave VERB VBD 0 root
3 . . PUNCT . 2 punct
4 We we PRON PRP 6 nsubj
5 all all DET DT 4 det
6 stayed stay VERB VBD 2 parataxis
7 . . PUNCT . 6 punct`);
    const scores = scoreParse(conllu(GOLD), system);
    expect(scores.sentences).toBe(0);
    expect(scores.tokens).toBe(100);
    expect(scores.uas).toBeCloseTo(600 / 7, 1);
  });

  test('a token cut in two costs precision and recall', () => {
    const system = conllu(
      GOLD.replace(
        '2 left leave VERB VBD 0 root\n3 . . PUNCT . 2 punct',
        '2 le le X FW 0 root\n3 ft ft X FW 2 dep\n4 . . PUNCT . 2 punct',
      ),
    );
    const scores = scoreParse(conllu(GOLD), system);
    expect(scores.tokens).toBeCloseTo((200 * 6) / 15, 1);
  });

  test('different texts are refused with the place', () => {
    expect(() => scoreParse(conllu(GOLD), conllu(GOLD.replace('left', 'went')))).toThrow(/character 3/);
  });
});
