#!/usr/bin/env node
// The way in on a fresh clone: installs what is missing, then runs a task with the project's own Node.
// Plain JavaScript without dependencies, so that any Node from 20 on can run it.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const cli = join(root, 'packages', 'pawl', 'bin', 'pawl.mjs');

const TASKS = {
  start: (args) => [[cli, ...(args.length > 0 ? args : ['run', join(root, 'examples', 'news.jsonl')])]],
  pawl: (args) => [[cli, ...args]],
  node: (args) => [args],
  test: (args) =>
    args.length > 0
      ? [[bin('vitest/vitest.mjs'), 'run', ...args]]
      : [
          [bin('typescript/bin/tsc'), '--noEmit'],
          [bin('typescript/bin/tsc'), '--noEmit', '-p', join(root, 'packages', 'dashboard')],
          [bin('@biomejs/biome/bin/biome'), 'ci', '--max-diagnostics=50', '.'],
          [bin('knip/bin/knip.js')],
          [bin('vitest/vitest.mjs'), 'run'],
        ],
};

const [task = '', ...args] = process.argv.slice(2);
const steps = TASKS[task];
if (steps === undefined) {
  console.error(`Unknown task "${task}". Use one of: ${Object.keys(TASKS).join(', ')}.`);
  process.exit(2);
}
installWhenNeeded();
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;
for (const step of steps(args)) run(node, step);

function bin(path) {
  return join(modules, ...path.split('/'));
}

/**
 * Installs when node_modules is missing or older than the lock file. Not by `npm ci`: that refuses a lock file without the
 * optional packages of other platforms, which a registry need not carry.
 */
function installWhenNeeded() {
  const installed = join(modules, '.package-lock.json'); // written by npm at the end of an installation
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error('pawl: installing dependencies (once) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  run(npm, install, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}

/** Runs one command with the project's tools first on the PATH; leaves with its exit code when it fails. */
function run(command, args, options = {}) {
  const path = [join(modules, '.bin'), process.env.PATH ?? ''].join(delimiter);
  const done = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path }, ...options });
  if (done.error) {
    console.error(`pawl: cannot run ${command}: ${done.error.message}`);
    process.exit(1);
  }
  if (done.signal !== null) process.exit(128 + (constants.signals[done.signal] ?? 0));
  if (done.status !== 0) process.exit(done.status ?? 1);
}
