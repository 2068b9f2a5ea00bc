#!/usr/bin/env node
// Streams documents into a server of its own while clients watch, a tenth of which never read; checks memory and that everybody sees the end.
//
//   npm run soak:serve [-- --documents 100000 --clients 200]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: { documents: { type: 'string', default: '100000' }, clients: { type: 'string', default: '200' } },
});
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const env = { ...process.env, PAWL_TEST_DOCUMENTS: values.documents, PAWL_TEST_CLIENTS: values.clients };
const done = spawnSync(process.execPath, [vitest, 'run', 'many-clients'], { cwd: root, env, stdio: 'inherit' });
process.exit(done.status ?? 1);
