import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entity } from '../src/document.ts';
import { EntityRecognizer } from '../src/entities/entity-recognizer.ts';
import { plainSentences } from './plain-sentences.ts';

const model = readFileSync(new URL('../models/entities.bin', import.meta.url));
const recognizer = EntityRecognizer.load(model);

function recognize(text: string, documentDate?: string): Entity[] {
  return recognizer.recognize(text, plainSentences(text), documentDate === undefined ? {} : { documentDate });
}

const typed = (entities: readonly Entity[]): string[] => entities.map((entity) => `${entity.type} ${entity.text}`);

describe('entities of a text', () => {
  test('persons, organisations, governed places, dates and amounts of a news sentence are found', () => {
    const found = recognize(
      'Angela Merkel told the United Nations in Geneva on Monday that Germany will pay $2 million.',
      '2019-03-05',
    );
    expect(typed(found)).toEqual([
      'PER Angela Merkel',
      'ORG United Nations',
      'GPE Geneva',
      'DATE Monday',
      'GPE Germany',
      'MONEY $2 million',
    ]);
    expect(found[3]!.normalizedForm).toBe('2019-03-04');
    expect(found[5]!.normalizedForm).toBe('USD 2000000');
  });

  test('physical places are LOC, governed ones GPE', () => {
    const found = recognize('They sailed from London across the Atlantic Ocean to Canada.');
    expect(typed(found)).toEqual(['GPE London', 'LOC Atlantic Ocean', 'GPE Canada']);
  });

  test('demonyms are MISC and named events EVENT', () => {
    const found = typed(recognize('The French team won the World Cup after the Second World War.'));
    expect(found).toContain('MISC French');
    expect(found.some((entity) => entity.startsWith('EVENT'))).toBe(true);
  });

  test('mentions of one name share its fullest form', () => {
    const found = recognize(
      'Barack Obama met Angela Merkel.\nMr. Obama praised the U.S. ambassador.\nLater Obama left the United States.',
    );
    const forms = Object.fromEntries(found.map((entity) => [entity.text, entity.normalizedForm]));
    expect(forms['Barack Obama']).toBe('Barack Obama');
    expect(forms.Obama ?? forms['Mr. Obama']).toBe('Barack Obama');
    expect(forms['U.S.']).toBe('United States');
    expect(forms['United States']).toBe('United States');
  });

  test('confidence is a probability', () => {
    for (const { confidence } of recognize('John Smith of Microsoft flew to Paris on 4 March 2019 with 300 euros.')) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });

  test('the same text gives the same entities whatever was read before', () => {
    const text = 'President Bush nominated two individuals in Washington.';
    const first = EntityRecognizer.load(model).recognize(text, plainSentences(text));
    recognize('Some other text about Iraq and the Washington Post.');
    expect(recognize(text)).toEqual(first);
  });

  test('a damaged model is refused in words', () => {
    expect(() => EntityRecognizer.load(new Uint8Array([250, 1, 2]))).toThrow(/format 250/);
    expect(() => EntityRecognizer.load(model.subarray(0, 5000))).toThrow(RangeError);
  });
});

describe('laws of entities', () => {
  const words = fc.constantFrom(
    ...'Obama Mr. the U.S. London , . - of and $ 5 million May 2019 last week Bank America said 10:30 p.m. € 3rd a century Friday'.split(
      ' ',
    ),
    '\n',
    ' ',
    '\ud800',
    '\0',
    'שלום',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ')),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')),
  );

  test('every span is true, none overlap, all are in order, and no text throws', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let end = 0;
        for (const entity of recognize(text, '2019-03-04')) {
          expect(text.slice(entity.start, entity.end)).toBe(entity.text);
          expect(entity.text.length).toBeGreaterThan(0);
          expect(entity.start).toBeGreaterThanOrEqual(end);
          end = entity.end;
        }
      }),
      { numRuns: 400 },
    );
  });

  test('hundreds of thousands of entities are no more trouble than one', () => {
    expect(recognize('5 May '.repeat(150_000)).length).toBeGreaterThan(140_000);
  });

  test('a name repeated without end is not one name', () => {
    expect(recognize('New York '.repeat(2000)).every((entity) => entity.text.length < 300)).toBe(true);
  });

  test('time grows with the length of the text, not with its square', { retry: 5 }, () => {
    const unit =
      'On 4 March 2019 John paid 5,000 dollars to Acme Corp. in New York, 1,1,1,1,1 a a a one one one hundred hundred ';
    recognize(unit.repeat(100));
    const measure = (text: string): number => {
      const started = performance.now();
      recognize(text);
      return performance.now() - started;
    };
    const small = Math.max(2, Math.min(...[1, 2, 3].map(() => measure(unit.repeat(50)))));
    const large = Math.min(...[1, 2].map(() => measure(unit.repeat(800))));
    expect(large / small).toBeLessThan(16 * 6);
  });
});
