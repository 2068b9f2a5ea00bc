import { describe, expect, test } from 'vitest';
import { spentText, usageRows } from '../../src/cli/render-usage.ts';

const model = {
  provider: 'openai',
  model: 'gpt-\u001b[31m',
  requests: 12,
  tokens: 31_000,
  input_tokens: 30_000,
  output_tokens: 1_000,
  cost: 0.0051,
  unpriced_tokens: 0,
};

describe('what was paid, for people', () => {
  test.each([
    [{ tokens: 310_000, cost: 1.239 }, '$1.24, 310,000 tokens'],
    [{ tokens: 10, cost: 0.00000123 }, '$0.00000123, 10 tokens'],
    [{ tokens: 10, cost: 0 }, '$0.00, 10 tokens'],
    [{ tokens: 10, cost: null }, '10 tokens, price not known'],
    [{ tokens: 10, cost: 1, unpriced_tokens: 4 }, '$1.00, 10 tokens, 4 of them without a known price'],
  ])('%j', (spent, text) => {
    expect(spentText(spent)).toBe(text);
  });

  test('names each model, harmlessly, and nothing where no model was asked', () => {
    expect(usageRows({ tokens: 0, cost: 0, usage: [] })).toEqual([]);
    expect(usageRows({ tokens: 31_000, cost: 0.0051, usage: [model] })).toEqual([
      ['spent', '$0.00510, 31,000 tokens'],
      ['model gpt-\\x1b[31m', '$0.00510, 31,000 tokens, 12 answers'],
    ]);
  });
});
