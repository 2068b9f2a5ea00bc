import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProgressState, progressLine, progressText } from '../../src/cli/terminal/progress-line.ts';
import { timeSpan } from '../../src/cli/terminal/quantity.ts';
import type { Style } from '../../src/cli/terminal/style.ts';
import { terminalText } from '../../src/cli/terminal/terminal-text.ts';
import { textTable } from '../../src/cli/terminal/text-table.ts';

const plain = (text: string) => text;
const PLAIN: Style = { bold: plain, dim: plain, green: plain, red: plain, yellow: plain, cyan: plain };

describe('text from documents', () => {
  test('cannot steer the terminal, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalText(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(terminalText(text).isWellFormed()).toBe(true);
      }),
    );
  });

  test('stays as it is when it is harmless, and shows what was in it when it is not', () => {
    expect(terminalText('Zürich 東京 👩‍🚀')).toBe('Zürich 東京 👩‍🚀');
    expect(terminalText('a\n\u001b[31mred\u009b\u202e\ud800')).toBe('a\\n\\x1b[31mred\\x9b\\u202e\\ud800');
    expect(terminalText('abcdef', 4)).toBe('abc…');
  });
});

describe('the progress line', () => {
  const state: ProgressState = {
    status: 'RUNNING',
    total: 253,
    processed: 124,
    failed: 12,
    docsPerMinute: 2.5,
    spent: null,
    waiting: null,
  };

  test('says how far, how many failed, how fast and how long', () => {
    expect(progressText(state)).toBe('136/253 (53.8%), 12 failed, 2.5 docs/min, 46 min 48 s to go');
  });

  test('says what was paid', () => {
    expect(progressText({ ...state, spent: '$0.42, 9,000 tokens' })).toMatch(/, \$0\.42, 9,000 tokens$/);
  });

  test('says what is waited for', () => {
    expect(progressText({ ...state, waiting: 'events suspended\u001b[2J' })).toMatch(/, events suspended\\x1b\[2J$/);
  });

  test('keeps 100% for the end', () => {
    expect(progressText({ ...state, total: 100_000, processed: 99_999, failed: 0 })).toContain('(99.9%)');
    expect(progressText({ ...state, total: 136 })).toContain('(100.0%)');
  });

  test('is never wider than the terminal', () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(count, count, fc.integer({ min: 2, max: 200 }), fc.string(), (processed, failed, width, waiting) => {
        const line = progressLine(
          { ...state, total: processed + failed + 5, processed, failed, waiting },
          width,
          PLAIN,
        );
        expect([...stripVTControlCharacters(line)].length).toBeLessThan(width);
      }),
    );
  });
});

test('spans of time are told by their two largest units', () => {
  expect([850, 1500, 12_300, 250_000, 7_500_000, 273_600_000].map(timeSpan)).toEqual([
    '850 ms',
    '1.5 s',
    '12 s',
    '4 min 10 s',
    '2 h 5 min',
    '3 d 4 h',
  ]);
});

test('a table aligns its columns by what is seen, not by colour codes', () => {
  expect(
    textTable(
      [
        ['a', '\u001b[31m1\u001b[39m', 'x'],
        ['bbb', '10', 'y'],
      ],
      [1],
    ),
  ).toEqual(['a     \u001b[31m1\u001b[39m  x', 'bbb  10  y']);
});
