import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultBatchId } from '../../../pawl/src/intake/default-batch-id.ts';
import { suggestedBatchId } from '../../src/submit/batch-id.ts';

test('a file gets the batch that pawl run would give it', () => {
  for (const name of ['reports.jsonl', 'reports 2026.jsonl.gz', 'News_05.ndjson', '.hidden.jsonl', 'a--b--.jsonl']) {
    expect(suggestedBatchId(name)).toBe(defaultBatchId(name));
  }
});

test('whatever a file is called, its batch has an id that the server takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(suggestedBatchId(name)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
    }),
  );
});
