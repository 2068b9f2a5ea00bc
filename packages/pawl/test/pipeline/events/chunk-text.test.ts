import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextUnits } from '../../../src/pipeline/events/model/chunk-text.ts';
import { estimateTokens } from '../../../src/pipeline/events/model/estimate-tokens.ts';
import { anyOutlinedText, cutsCharacter } from './any-text.ts';

const maxTokens = fc.integer({ min: 1, max: 60 });

describe('the chunks of any text', () => {
  test('own it, each part once, and read what they own', () => {
    fc.assert(
      fc.property(anyOutlinedText, maxTokens, ({ text, outline }, tokens) => {
        const chunks = new TextUnits(text, outline, tokens).chunks(tokens);
        expect(chunks.map(({ own }) => text.slice(own.start, own.end)).join('')).toBe(text);
        for (const { start, end, own } of chunks) {
          expect(start <= own.start && own.start < own.end && own.end <= end).toBe(true);
        }
      }),
    );
  });

  test('cut no character in two', () => {
    fc.assert(
      fc.property(anyOutlinedText, maxTokens, ({ text, outline }, tokens) => {
        for (const { start, end, own } of new TextUnits(text, outline, tokens).chunks(tokens)) {
          for (const place of [start, end, own.start, own.end]) expect(cutsCharacter(text, place)).toBe(false);
        }
      }),
    );
  });

  test('halve until nothing can be halved, and stay what they were', () => {
    fc.assert(
      fc.property(anyOutlinedText, maxTokens, ({ text, outline }, tokens) => {
        const units = new TextUnits(text, outline, tokens);
        const open = units.chunks(tokens);
        const whole: string[] = [];
        for (let chunk = open.shift(); chunk !== undefined; chunk = open.shift()) {
          const halves = units.halves(chunk);
          if (halves === null) whole.push(text.slice(chunk.own.start, chunk.own.end));
          else open.unshift(...halves);
        }
        expect(whole.join('')).toBe(text);
      }),
    );
  });
});

describe('the chunks of a long text', () => {
  const sentence = 'Rebels attacked the town of Goma on Monday morning. ';
  const text = sentence.repeat(400);
  const sentences = Array.from({ length: 400 }, (_, i) => ({
    start: i * sentence.length,
    end: (i + 1) * sentence.length - 1,
  }));
  const chunks = new TextUnits(text, { sentences }, 1000).chunks(1000);

  test('keep the limit, are about equal, begin and end with sentences and share one with each neighbour', () => {
    const sizes = chunks.map(({ start, end }) => estimateTokens(text.slice(start, end)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(Math.min(...sizes)).toBeGreaterThan(400);
    for (const [i, { start, end, own }] of chunks.entries()) {
      expect(start % sentence.length).toBe(0);
      expect(end % sentence.length).toBe(0);
      if (i > 0) expect(own.start - start).toBe(sentence.length);
      if (i < chunks.length - 1) expect(end - own.end).toBe(sentence.length);
    }
  });

  test('are one where the text is short', () => {
    expect(new TextUnits(text, { sentences }, 1_000_000).chunks(1_000_000)).toHaveLength(1);
  });

  test('keep the limit where there are no sentences, and no spaces', () => {
    for (const endless of ['x'.repeat(50_000), '🙂'.repeat(20_000)]) {
      for (const { start, end } of new TextUnits(endless, { sentences: [] }, 1000).chunks(1000)) {
        expect(estimateTokens(endless.slice(start, end))).toBeLessThanOrEqual(1000);
      }
    }
  });
});
