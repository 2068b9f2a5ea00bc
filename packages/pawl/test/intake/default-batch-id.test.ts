import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requireBatchId } from '../../src/checkpoint/sqlite/batch-id.ts';
import { defaultBatchId } from '../../src/intake/default-batch-id.ts';

test.each([
  ['-', 'stdin'],
  ['/data/news.jsonl', 'news'],
  ['news.2024.jsonl.gz', 'news.2024'],
  ['NEWS.JSONL.ZST', 'NEWS'],
  ['my file (1).jsonl', 'my-file-1'],
  ['été.jsonl', 'ete'],
])('the batch of %s is called %s', (input, batchId) => {
  expect(defaultBatchId(input)).toBe(batchId);
});

test('names whose letters cannot be kept stay apart', () => {
  const ids = [
    'новости.jsonl',
    'отчёты.jsonl',
    '新聞.jsonl',
    '.jsonl',
    `${'a'.repeat(200)}.jsonl`,
    `${'a'.repeat(201)}.jsonl`,
  ].map(defaultBatchId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(defaultBatchId('новости.jsonl.gz')).toBe(ids[0]);
});

test('every name gives a batch id that is one', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => requireBatchId(defaultBatchId(name))));
});
