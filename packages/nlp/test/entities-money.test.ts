import { describe, expect, test } from 'vitest';
import { shiftDecimal } from '../src/entities/amounts/decimal.ts';
import { findMoney } from '../src/entities/amounts/find-money.ts';
import { parseCardinal } from '../src/entities/amounts/number-words.ts';
import { keepDisjoint } from '../src/entities/overlap.ts';

const values = (text: string): string[] => keepDisjoint(findMoney(text)).map((e) => `${e.text} = ${e.normalizedForm}`);

describe('amounts of money', () => {
  test.each([
    ['worth $1.2 billion now', '$1.2 billion = USD 1200000000'],
    ['US$3.6bn in', 'US$3.6bn = USD 3600000000'],
    ['paid €300,000.50 for', '€300,000.50 = EUR 300000.5'],
    ['paid £5m for', '£5m = GBP 5000000'],
    ['USD 250', 'USD 250 = USD 250'],
    ['costs 20 euros', '20 euros = EUR 20'],
    ['five million dollars', 'five million dollars = USD 5000000'],
    ['one hundred and fifty thousand yen', 'one hundred and fifty thousand yen = JPY 150000'],
    ['2.5 million Canadian dollars', '2.5 million Canadian dollars = CAD 2500000'],
    ['only 50 cents', '50 cents = USD 0.5'],
    ['a 20-dollar bill', '20-dollar = USD 20'],
    ['5 € each', '5 € = EUR 5'],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual([expected]);
  });

  test.each(['$ off', 'the dollar fell', '5 apples', 'C3PO'])('%s holds none', (text) => {
    expect(values(text)).toEqual([]);
  });
});

test('scaling an amount is exact', () => {
  expect(shiftDecimal('1.1', 9)).toBe('1100000000');
  expect(shiftDecimal('0.000001', 3)).toBe('0.001');
  expect(shiftDecimal('007', 0)).toBe('7');
});

test('numbers in words have the value they name', () => {
  expect(parseCardinal('two hundred and fifty thousand')).toBe(250_000);
  expect(parseCardinal('twenty-one')).toBe(21);
  expect(parseCardinal('3,500')).toBe(3500);
  expect(parseCardinal('several')).toBeUndefined();
});
