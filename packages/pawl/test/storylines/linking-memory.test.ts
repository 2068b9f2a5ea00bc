import { expect, test } from 'vitest';
import { LinkThread } from '../../src/storylines/link-thread.ts';
import { loadDefaultWeights } from '../../src/storylines/link-weights.ts';
import { resultOf } from './synthetic-results.ts';

test('linking that needs more memory than it may take ends with what to do, and takes nothing else down', async () => {
  const thread = new LinkThread(24, () => Promise.reject(new Error('nothing was kept')));
  await thread.call('open', loadDefaultWeights(), []);
  const fill = async () => {
    for (let seq = 1; ; seq += 100) {
      const results = Array.from({ length: 100 }, (_, i) => {
        const document = resultOf({ id: `${'d'.repeat(5_000)}${seq + i}`, story: 1, day: 1, sentences: [] });
        return { resultSeq: seq + i, result: Buffer.from(JSON.stringify(document)) };
      });
      await thread.call('add', results);
    }
  };
  await expect(fill()).rejects.toMatchObject({
    code: 'linking_out_of_memory',
    message: expect.stringMatching(/24 MiB/),
  });
});
