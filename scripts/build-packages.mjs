#!/usr/bin/env node
// Builds what npm would be given: `dist/nlp` and `dist/pawl`, each a package of plain JavaScript with declarations. In the repository
// Node runs the TypeScript itself; inside node_modules it will not.
//
//   npm run build [-- <folder>]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../packages/dashboard/build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = resolve(process.argv[2] ?? join(root, 'dist'));

/** In the order of their dependence. */
const PACKAGES = ['nlp', 'pawl'];
/** What serves the repository only. */
const OMITTED = ['pawl/src/cli/docs'];
/** Parts of a package that are built from elsewhere. */
const BUILT = { dashboard: join(root, 'packages', 'dashboard', 'dist') };
/** Names of our own modules in code and declarations, wherever a path to one may stand: imports, worker threads. */
const OWN_MODULE = /(?<=['"]\.{1,2}\/[^'"\n]*)\.ts(?=['"])/g;

await buildWhenStale();
for (const name of PACKAGES) {
  const from = join(root, 'packages', name);
  const to = join(target, name);
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  compile(from, to);
  for (const path of manifest.files)
    if (path !== 'src') cpSync(BUILT[path] ?? join(from, path), join(to, path), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
  if (!existsSync(join(to, 'README.md'))) cpSync(join(root, 'README.md'), join(to, 'README.md'));
  renameModules(to);
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(asCompiled(manifest), null, 2)}\n`);
}
for (const path of OMITTED) rmSync(join(target, path), { recursive: true });
console.log(PACKAGES.map((name) => join(target, name)).join('\n'));

function compile(from, to) {
  const settings = {
    extends: join(root, 'tsconfig.publish.json'),
    compilerOptions: {
      rootDir: from,
      outDir: to,
      paths: { '@pawl/nlp': [join(target, 'nlp', 'src', 'index.d.ts')] },
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [join(from, 'src')],
  };
  const config = join(to, 'tsconfig.json');
  writeFileSync(config, JSON.stringify(settings));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const done = spawnSync(process.execPath, [tsc, '-p', config], { stdio: ['ignore', 2, 2] });
  if (done.status !== 0) process.exit(done.status ?? 1);
  rmSync(config);
}

function renameModules(folder) {
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!/\.(m?js|d\.ts)$/.test(path)) continue;
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(OWN_MODULE, '.js'));
  }
}

/** The manifest with each entry as what it was compiled to. */
function asCompiled({ scripts: _, ...manifest }) {
  const compiled = (path, extension) => path.replace(/\.ts$/, extension);
  const entryOf = (path) =>
    path.endsWith('.ts') ? { types: compiled(path, '.d.ts'), default: compiled(path, '.js') } : path;
  return {
    ...manifest,
    bin: mapValues(manifest.bin ?? {}, (path) => compiled(path, '.js')),
    exports: mapValues(manifest.exports, entryOf),
  };
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
