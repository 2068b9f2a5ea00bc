import { expect, test } from 'vitest';
import { LinkProgress } from '../../src/cli/link-progress.ts';

test('linking that takes long says every ten seconds what models gave, and what takes no time says nothing', () => {
  const said: string[] = [];
  let nowMs = 5_000;
  const progress = new LinkProgress({ say: (...lines: readonly string[]) => said.push(...lines) }, () => nowMs);
  const usage = { provider: 'p', model: 'm', requests: 1, inputTokens: 900, outputTokens: 100 };
  for (let i = 0; i < 25; i++) {
    progress.add({ ...usage, costNanos: 2_000_000, unpricedTokens: 0 });
    nowMs += 1_000;
  }
  progress.add({ ...usage, costNanos: 0, unpricedTokens: 1_000 });
  expect(said).toEqual([
    'Linking: 11 answers so far ($0.0220, 11,000 tokens); they are kept, also if this is stopped.',
    'Linking: 21 answers so far ($0.0420, 21,000 tokens); they are kept, also if this is stopped.',
  ]);
});
