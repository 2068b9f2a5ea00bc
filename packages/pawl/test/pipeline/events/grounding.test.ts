import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { untrueSpans } from '../../../src/domain/result.ts';
import { TextUnits } from '../../../src/pipeline/events/model/chunk-text.ts';
import type { ClaimedEvent } from '../../../src/pipeline/events/model/claimed-event.ts';
import { WordFinder } from '../../../src/pipeline/events/model/find-words.ts';
import { groundEvents } from '../../../src/pipeline/events/model/ground-events.ts';
import { mergeChunks } from '../../../src/pipeline/events/model/merge-chunks.ts';
import { anyOutlinedText, anyText, cutsCharacter } from './any-text.ts';

/** Words of the text, cut anywhere and changed a little, or any others. */
const wordsOf = (text: string) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(fc.nat(text.length), fc.nat(20)).map(([at, length]) => text.slice(at, at + length)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.nat(text.length), fc.nat(20)).map(([at, n]) => text.slice(at, at + n).toUpperCase()),
    },
    { weight: 1, arbitrary: anyText },
  );
const claimedWords = (text: string) =>
  fc.record({ text: wordsOf(text), position: fc.option(fc.nat(text.length + 10)) });
const claimOn = (text: string): fc.Arbitrary<ClaimedEvent> =>
  fc.record({
    event_type: fc.constantFrom('life_die', 'conflict_attack'),
    trigger: claimedWords(text),
    sentence: wordsOf(text),
    arguments: fc.array(
      fc.tuple(claimedWords(text), fc.constantFrom('agent', 'place')).map(([words, role]) => ({ ...words, role })),
      { maxLength: 4 },
    ),
    domain: fc.option(fc.constant('legal_judicial')),
    sentiment: fc.constantFrom('negative', 'neutral'),
    temporal_reference: fc.option(wordsOf(text)),
    causality: fc.option(wordsOf(text)),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  });

/** A text with what a model claims of each of its chunks. */
const anyAnswers = fc.tuple(anyOutlinedText, fc.integer({ min: 3, max: 60 })).chain(([{ text, outline }, tokens]) => {
  const chunks = new TextUnits(text, outline, tokens).chunks(tokens);
  const claims = fc.array(fc.array(claimOn(text), { maxLength: 6 }), {
    minLength: chunks.length,
    maxLength: chunks.length,
  });
  return claims.map((byChunk) => ({
    text,
    outline,
    answers: chunks.map((chunk, i) => ({ chunk, claims: byChunk[i]! })),
  }));
});

describe('any claims of any text', () => {
  test('G10 give true spans inside of what was read, cut no character in two, and are kept or counted', () => {
    fc.assert(
      fc.property(anyAnswers, ({ text, outline, answers }) => {
        const context = { text, outline, entities: [], domains: ['legal_judicial', 'corporate_business'] };
        for (const { chunk, claims } of answers) {
          const { events, dropped } = groundEvents(claims, chunk, context);
          expect(events.length + dropped.triggers).toBe(claims.length);
          expect(untrueSpans(text, { extracted_entities: [], extracted_soa_triplets: [], events })).toEqual([]);
          for (const { start_char, end_char } of events.flatMap(({ trigger, arguments: given }) => [
            trigger,
            ...given.map(({ entity }) => entity),
          ])) {
            expect(chunk.start <= start_char && start_char < end_char && end_char <= chunk.end).toBe(true);
            expect(cutsCharacter(text, start_char) || cutsCharacter(text, end_char)).toBe(false);
          }
        }
      }),
    );
  });

  test('give each event once, with an id of its own, in the order of the text, in whatever order chunks are answered', () => {
    fc.assert(
      fc.property(anyAnswers, ({ text, outline, answers }) => {
        const context = { text, outline, entities: [], domains: ['legal_judicial'] };
        const grounded = answers.map(({ chunk, claims }) => ({ chunk, ...groundEvents(claims, chunk, context) }));
        const events = mergeChunks(grounded);
        const places = events.map(
          ({ event_type, trigger }) => `${event_type} ${trigger.start_char} ${trigger.end_char}`,
        );
        expect(new Set(places).size).toBe(events.length);
        expect(events.map(({ event_id }) => event_id)).toEqual(events.map((_, i) => `e${i + 1}`));
        const starts = events.map(({ trigger }) => trigger.start_char);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        expect(mergeChunks([...grounded].reverse())).toEqual(events);
      }),
    );
  });
});

describe('words of a text', () => {
  test('are found where they stand, whatever their case, accents, quotes and spaces', () => {
    const whole = fc.tuple(anyText, fc.nat(), fc.nat(6)).map(([text, from, count]) => {
      const words = [...text.matchAll(/[^\s\p{Z}]+/gu)];
      const first = words[from % Math.max(1, words.length)];
      const last = words[Math.min(words.length - 1, (from % Math.max(1, words.length)) + count)];
      return { text, start: first?.index ?? 0, end: (last?.index ?? 0) + (last?.[0].length ?? 0) };
    });
    fc.assert(
      fc.property(whole, ({ text, start, end }) => {
        const wanted = text.slice(start, end);
        fc.pre(wanted.trim() !== '' && !/^\p{M}|[\uD800-\uDFFF]$/u.test(wanted));
        const finder = new WordFinder(text, { start: 0, end: text.length });
        expect(finder.find(wanted, { sentence: null, near: start })).toEqual({ start, end });
        const changed = wanted.replace(/[“”]/g, '"').replace(/’/g, "'").replace(/\s+/g, '\n');
        fc.pre(/[a-z北]/.test(changed));
        expect(finder.find(changed, { sentence: null, near: start })).not.toBeNull();
      }),
    );
  });

  const text = 'Cyberattacks rose. An attack on Goma failed. “Naïve” Über-fans met; the ATTACK on Bukavu didn’t.';
  const find = (words: string, near = 0, sentence: { start: number; end: number } | null = null) => {
    const found = new WordFinder(text, { start: 0, end: text.length }).find(words, { sentence, near });
    return found === null ? null : text.slice(found.start, found.end);
  };

  test('are never a part of a longer word', () => {
    expect(find('attack', 0)).toBe('attack');
    expect(new WordFinder(text, { start: 0, end: 18 }).find('attack', { sentence: null, near: 0 })).toBeNull();
  });

  test('are found exactly rather than nearly, in their sentence rather than elsewhere', () => {
    expect(find('ATTACK', 0)).toBe('ATTACK');
    const last = { start: text.indexOf('the ATTACK'), end: text.length };
    expect(find('attack', 0, last)).toBe('attack');
    expect(
      new WordFinder(text, { start: 0, end: text.length }).find('Attack', { sentence: last, near: 0 })?.start,
    ).toBe(text.indexOf('ATTACK'));
  });

  test.each([
    ['"naive"', '“Naïve”'],
    ['uber-fans', 'Über-fans'],
    ["didn't", 'didn’t'],
    ['on\n Bukavu', 'on Bukavu'],
    ['Goma attacked', null],
    ['', null],
    ['\u0301', null],
  ])('%j is %j', (words, found) => {
    expect(find(words)).toBe(found);
  });
});

test('an event that only the neighbour saw in a shared sentence is added, one that both saw counts once', () => {
  const text = 'Rebels attacked Goma. Police arrested two men. Later, talks failed.';
  const outline = { sentences: [], words: [], evidence: [] };
  const context = { text, outline, entities: [], domains: ['legal_judicial'] };
  const claim = (event_type: string, trigger: string): ClaimedEvent => ({
    event_type,
    trigger: { text: trigger, position: null },
    sentence: '',
    arguments: [],
    domain: null,
    sentiment: 'neutral',
    temporal_reference: null,
    causality: null,
    confidence: 1,
  });
  const second = text.indexOf('Police');
  const third = text.indexOf('Later');
  const first = { start: 0, end: third, own: { start: 0, end: second } };
  const next = { start: 0, end: text.length, own: { start: second, end: text.length } };
  const merged = mergeChunks([
    {
      chunk: first,
      events: groundEvents([claim('conflict_attack', 'attacked'), claim('life_die', 'arrested')], first, context)
        .events,
    },
    {
      chunk: next,
      events: groundEvents([claim('justice_arrest', 'arrested'), claim('life_injure', 'attacked')], next, context)
        .events,
    },
  ]);
  expect(merged.map(({ event_type }) => event_type)).toEqual(['conflict_attack', 'justice_arrest']);
  const alone = mergeChunks([
    { chunk: first, events: groundEvents([claim('justice_arrest', 'arrested')], first, context).events },
    { chunk: next, events: [] },
  ]);
  expect(alone).toMatchObject([{ event_type: 'justice_arrest', metadata: { source_chunk_index: 0 } }]);
});
