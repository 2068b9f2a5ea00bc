import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Document, type English, loadEnglish } from '../src/index.ts';

let english: English;
beforeAll(async () => {
  english = await loadEnglish();
});

const words = (text: string): string[] => english.parse(text).sentences.flatMap((s) => s.tokens.map((t) => t.text));

/** What is no white space, for the tokenizer as for JavaScript, zero-width spaces and NEL counted in. */
const visible = (text: string): string => text.replaceAll(/[\s\u0085\u200b\u2060\ufeff]/g, '');

function expectTrueSpans({ text, sentences, entities }: Document): void {
  let last = 0;
  for (const sentence of sentences) {
    expect(sentence.start).toBe(sentence.tokens[0]!.start);
    expect(sentence.end).toBe(sentence.tokens.at(-1)!.end);
    for (const token of sentence.tokens) {
      expect(token.start).toBeGreaterThanOrEqual(last);
      expect(token.end).toBeGreaterThan(token.start);
      expect(text.slice(token.start, token.end)).toBe(token.text);
      last = token.end;
    }
  }
  for (const entity of entities) expect(text.slice(entity.start, entity.end)).toBe(entity.text);
}

describe('any string at all', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          'Mr.',
          "n't",
          ' ',
          '\n',
          '.',
          '"',
          '-',
          '\ud800',
          '\udc00',
          '\0',
          '\u200d',
          'שלום',
          '👩‍👩‍👧',
          '$3',
          '://',
        ),
        {
          maxLength: 80,
        },
      )
      .map((parts) => parts.join('')),
  );

  test('keeps every visible character, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(words(text).join(''))).toBe(visible(text));
      }),
    );
  });

  test('has spans that cut the text into exactly its tokens', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expectTrueSpans(english.parse(text));
      }),
    );
  });

  test('has one tree a sentence', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { tokens } of english.parse(text).sentences) {
          expect(tokens.filter((token) => token.head === -1)).toHaveLength(1);
          for (const token of tokens) expect(stepsToRoot(tokens, token.index)).toBeLessThanOrEqual(tokens.length);
        }
      }),
    );
  });

  test('gives the same answer whatever was parsed before', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const first = english.parse(text);
        english.parse(other);
        expect(english.parse(text)).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });
});

function stepsToRoot(tokens: Document['sentences'][number]['tokens'], from: number): number {
  let steps = 0;
  for (let at = from; at >= 0 && steps <= tokens.length; at = tokens[at]!.head) steps++;
  return steps;
}

describe('awkward texts', () => {
  test.each([
    ['nothing', ''],
    ['white space only', ' \n\t\u00a0 '],
    ['a lone high surrogate', 'a \ud83d b'],
    ['a lone low surrogate', '\ude00'],
    ['NUL characters', 'a\0b \0'],
    ['right-to-left script', 'قال محمد: שלום עולם.'],
    ['zero width characters', 'zero\u200bwidth join\u200dner \ufeff'],
    ['every kind of line end', 'one\r\ntwo\rthree\u2028four\u0085five'],
  ])('%s', (_, text) => expectTrueSpans(english.parse(text)));

  test('parts neither surrogate pairs nor joined emoji', () => {
    for (const token of words('Nice 👩‍👩‍👧 and 👍🏽 and e\u0301te\u0301!'))
      expect(token).not.toMatch(/^[\p{M}\u200d]|[\ud800-\udbff]$/v);
  });
});

// A ratio of two times, on a machine that may be busy with other things just then: what is linear shows it within a few tries.
describe('linear time', { retry: 5 }, () => {
  test.each([
    ['letters without a space', 'a'],
    ['full stops', '.'],
    ['letters and full stops', 'a.'],
    ['open brackets', '('],
    ['quotes', '"'],
    ['digits and commas', '1,'],
    ['hyphens and letters', '-a'],
    ['apostrophes', "n't"],
    ['plain words', 'word '],
    ['lines', 'word\n'],
  ])('%s', (_, unit) => {
    const small = unit.repeat(Math.ceil(12_000 / unit.length));
    const large = unit.repeat(Math.ceil(48_000 / unit.length));
    english.parse(small);
    const ratio = fastest(large, 2) / fastest(small, 3);
    expect(ratio).toBeLessThan(4 * 3);
  });

  test('a megabyte without a space', () => {
    expectTrueSpans(english.parse('x'.repeat(1_048_576)));
  });

  /** Microseconds of the processor, which other work on the machine hardly changes. */
  function fastest(text: string, runs: number): number {
    const times = Array.from({ length: runs }, () => {
      const from = process.cpuUsage();
      english.parse(text);
      const { user, system } = process.cpuUsage(from);
      return user + system;
    });
    return Math.min(...times);
  }
});

describe('words as treebanks cut them', () => {
  test.each([
    ["She didn't say it's theirs.", ['She', 'did', "n't", 'say', 'it', "'s", 'theirs', '.']],
    ['I cannot wait (really), you know?', ['I', 'can', 'not', 'wait', '(', 'really', ')', ',', 'you', 'know', '?']],
    ['Mail me at jane.doe@example.org today.', ['Mail', 'me', 'at', 'jane.doe@example.org', 'today', '.']],
    ['See http://example.org/a-b?c=d for more.', ['See', 'http://example.org/a-b?c=d', 'for', 'more', '.']],
    ['It cost $3.50 in the U.S. then.', ['It', 'cost', '$', '3.50', 'in', 'the', 'U.S.', 'then', '.']],
    ['“Well-known facts,” he said…', ['“', 'Well', '-', 'known', 'facts', ',', '”', 'he', 'said', '…']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected));

  test('clitics say that they hang on the word before', () => {
    const [sentence] = english.parse("We don't.").sentences;
    expect(sentence!.tokens.map((token) => token.clitic)).toEqual([false, false, true, false]);
  });
});

describe('sentences', () => {
  const sentencesOf = (text: string): string[] =>
    english.parse(text).sentences.map(({ start, end }) => text.slice(start, end));

  test.each([
    ['final stops', 'The rain stopped. We went home.', 2],
    ['abbreviations', 'Dr. Smith met Mr. Jones on Monday at noon.', 1],
    ['questions and exclamations', 'Really? Yes! That was it.', 3],
    ['an empty line', 'Markets fall again\n\nShares fell sharply on Friday.', 2],
    ['decimal numbers', 'The rate rose to 3.5 percent last year.', 1],
    [
      'wrapped lines',
      'The ministers of the four countries met in the old town hall of the\ncity to talk about grain.',
      1,
    ],
  ])('%s', (_, text, count) => expect(sentencesOf(text)).toHaveLength(count));

  test('none is longer than the parser can take', () => {
    const { sentences } = english.parse('word '.repeat(3000));
    for (const sentence of sentences) expect(sentence.tokens.length).toBeLessThanOrEqual(400);
  });
});
