#!/usr/bin/env node
// Starts the command line with a Node that can run it: this one if it is new enough, else the pinned `node` package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NODE_FLAGS } from './node-flags.mjs';

const MINIMUM_NODE_MAJOR = 24;
const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_NODE_MAJOR) {
  endWithLauncher();
  // Halves the time to start; does nothing where it cannot write.
  module.enableCompileCache(join(here, '..', '..', '..', 'node_modules', '.cache', 'pawl'));
  if (process.argv[2] === 'serve') await buildPage();
  await import('../src/cli/main.ts').catch(explainMissingPackage);
} else {
  const node = findPinnedNode(here);
  if (node === undefined) {
    console.error(
      `pawl needs Node ${MINIMUM_NODE_MAJOR} or newer; this is ${process.version}. Install it, or run "npm install node@24" beside pawl.`,
    );
    process.exit(2);
  }
  runWith(node);
}

/** After an update, what it newly depends on may not be there. */
function explainMissingPackage(error) {
  const missing = /^Cannot find package '([^']+)'/.exec(error.message);
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || missing === null) throw error;
  console.error(`pawl: the package ${missing[1]} is not installed. Run "npm install", then the same command again.`);
  process.exit(1);
}

/** In a checkout the page is built when it is missing or out of date; a published package brings it. The server does without. */
async function buildPage() {
  const builder = join(here, '..', '..', 'dashboard', 'build.mjs');
  if (!existsSync(builder)) return;
  try {
    const { buildWhenStale } = await import(pathToFileURL(builder).href);
    await buildWhenStale();
  } catch (error) {
    console.error(`pawl: the page cannot be built, so it is served as it is, or not at all: ${error.message}`);
  }
}

function findPinnedNode(from) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', 'node', 'bin', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

/** A killed launcher must not leave the work running unseen: what it started ends as it did, at once. */
function endWithLauncher() {
  if (process.env.PAWL_LAUNCHED !== '1' || process.channel === undefined) return;
  delete process.env.PAWL_LAUNCHED;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

/** Runs this file again with `node`; signals sent to this process alone are passed on, so that it can be stopped by its pid. */
function runWith(node) {
  const child = spawn(node, [...NODE_FLAGS, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PAWL_LAUNCHED: '1' },
  });
  // A terminal's Ctrl-C reaches both processes by itself: passing it on as well would count as pressing it twice.
  const terminal = process.stdin.isTTY === true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!(terminal && signal === 'SIGINT')) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`pawl: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
}
