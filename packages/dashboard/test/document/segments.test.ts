import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentText } from '../../src/document/segments.ts';

const LENGTH = 40;
const mark = fc.record({ start: fc.integer({ min: -5, max: 45 }), end: fc.integer({ min: -5, max: 45 }) });
const marks = fc.array(mark, { maxLength: 12 });

describe('cutting a text by its marks', () => {
  test('loses no character and repeats none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), marks, (text, given) => {
        const pieces = segmentText(text.length, given).map(({ start, end }) => text.slice(start, end));
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => piece !== '')).toBe(true);
      }),
    );
  });

  test('gives each character exactly the marks that cover it, in the order given', () => {
    fc.assert(
      fc.property(marks, (given) => {
        for (const { start, end, marks: found } of segmentText(LENGTH, given)) {
          for (let at = start; at < end; at += 1) {
            expect(found).toEqual(given.filter((one) => one.start <= at && at < one.end));
          }
        }
      }),
    );
  });

  test('makes no more segments than needed: neighbours differ by a mark that begins or ends between them', () => {
    fc.assert(
      fc.property(marks, (given) => {
        const segments = segmentText(LENGTH, given);
        for (const { end } of segments.slice(0, -1)) {
          expect(given.some((one) => one.start < one.end && (one.start === end || one.end === end))).toBe(true);
        }
      }),
    );
  });

  test('an empty text has no segment', () => {
    expect(segmentText(0, [{ start: 0, end: 3 }])).toEqual([]);
  });
});
