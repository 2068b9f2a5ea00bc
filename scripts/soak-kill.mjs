#!/usr/bin/env node
// Repeats the tests that kill processes, each round with another seed; ends at the first round that fails, with the seed to repeat it by.
//
//   npm run soak:kill [-- --rounds 10 --seed 1]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const first = Number(values.seed);

for (let seed = first; seed < first + Number(values.rounds); seed++) {
  console.log(`seed ${seed}`);
  const env = { ...process.env, PAWL_TEST_SEED: String(seed) };
  const done = spawnSync(process.execPath, [vitest, 'run', 'kill', '--reporter=dot'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (done.status === 0) continue;
  console.error(`Failed. Repeat it with: npm run soak:kill -- --rounds 1 --seed ${seed}`);
  process.exit(1);
}
