import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, counted, percent, rounded } from '../../src/format/quantity.ts';
import { ago, timeSpan } from '../../src/format/time.ts';
import { words } from '../../src/format/words.ts';

test('100% is for the whole alone and 0% for nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(), (whole, some) => {
      const part = some % (whole + 1);
      expect(percent(part, whole) === '100%').toBe(part === whole);
      expect(percent(part, whole) === '0.0%').toBe(part === 0);
    }),
  );
  expect(percent(0, 0)).toBe('0%');
  expect(percent(999_999, 1_000_000)).toBe('99.9%');
  expect(percent(1, 1_000_000)).toBe('0.1%');
});

test('quantities have their unit and three digits at most', () => {
  expect([bytes(0), bytes(999), bytes(1500), bytes(2_000_000_000)]).toEqual(['0 B', '999 B', '1.5 kB', '2 GB']);
  expect([rounded(0.12345), rounded(12.345), rounded(1839.6)]).toEqual(['0.123', '12.3', '1,840']);
  expect([counted(1, 'document'), counted(1200, 'document')]).toEqual(['1 document', '1,200 documents']);
});

test('time is told in its two largest units, and never as 60 of one', () => {
  const texts = [0, 0.25, 4.2, 850, 9_990, 12_000, 250_000, 7_500_000, 273_600_000].map(timeSpan);
  expect(texts).toEqual(['0 ms', '0.3 ms', '4.2 ms', '850 ms', '10 s', '12 s', '4 min 10 s', '2 h 5 min', '3 d 4 h']);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (ms) => {
      expect(timeSpan(ms)).not.toMatch(/\b60 (s|min)\b/);
    }),
  );
  expect([ago(0, 500), ago(0, 12_000), ago(0, 3 * 3_600_000)]).toEqual(['just now', '12 s ago', '3 h ago']);
});

test('codes are told as words, and a message stays as it is', () => {
  expect(words('conflict_attack')).toBe('conflict attack');
  expect(words('no file_name given')).toBe('no file_name given');
});
