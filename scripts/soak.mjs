#!/usr/bin/env node
// Repeats tests with other seeds and larger numbers than npm test; ends at the first round that fails, with the seed to repeat it by.
//
//   npm run soak:kill   [-- --rounds 10 --seed 1]     whatever kills processes
//   npm run soak:models [-- --rounds 10 --seed 1]     language models that fail: 100 kills, 5,000 documents a round
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const SOAKS = {
  kill: { tests: ['kill'], env: {} },
  models: {
    tests: ['models/killed-asking', 'models/faulty-server', 'models/flow-control', 'models/answer-cache'],
    env: { PAWL_TEST_KILLS: '100', PAWL_TEST_DOCUMENTS: '5000' },
  },
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const [name = ''] = positionals;
const soak = SOAKS[name];
if (soak === undefined) {
  console.error(`Say which: ${Object.keys(SOAKS).join(' or ')}.`);
  process.exit(2);
}
const first = Number(values.seed);

for (let seed = first; seed < first + Number(values.rounds); seed++) {
  console.log(`seed ${seed}`);
  const env = { ...process.env, ...soak.env, PAWL_TEST_SEED: String(seed) };
  const done = spawnSync(process.execPath, [vitest, 'run', ...soak.tests, '--reporter=dot'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (done.status === 0) continue;
  console.error(`Failed. Repeat it with: npm run soak:${name} -- --rounds 1 --seed ${seed}`);
  process.exit(1);
}
