#!/usr/bin/env node
// Builds the page into dist/ when it is missing or older than what it is made of; takes about a second. `pawl serve` calls this in
// a checkout, so that nobody has to; a published package brings its page with it.
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json', '../pawl/src/domain'];

export async function buildWhenStale() {
  if (builtAt() > Math.max(...SOURCES.map((source) => newest(join(here, source))))) return;
  const { build } = await import('vite');
  // Built beside and put in place at once: a server that is running never sees half a page.
  const fresh = join(here, `.dist-${process.pid}`);
  try {
    await build({
      configFile: join(here, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    });
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } catch (error) {
    const another = error.code === 'ENOTEMPTY' || error.code === 'EEXIST'; // was quicker; what it built is the same
    if (!another) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The latest change of a file or of anything in a folder, in milliseconds; 0 when it is missing. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** When the page was built, in milliseconds; 0 when it was not. */
function builtAt() {
  return statSync(join(dist, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWhenStale();
