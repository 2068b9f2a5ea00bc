import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const pawl = join(root, 'packages', 'pawl', 'src');
const nlp = join(root, 'packages', 'nlp', 'src');

/** What each part of pawl may import of the others. Arrows point inwards; adapters are named by the composition root alone. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  compression: [],
  checkpoint: ['domain'],
  models: ['domain', 'engine/clock.ts', 'engine/system-clock.ts'],
  pipeline: ['domain', 'models'],
  intake: ['domain', 'compression', 'checkpoint', 'pipeline', 'config', 'engine/clock.ts', 'engine/runner-liveness.ts'],
  delivery: ['domain', 'compression', 'checkpoint', 'engine/clock.ts', 'engine/retry-policy.ts'],
  engine: ['domain', 'checkpoint', 'pipeline', 'intake', 'delivery', 'storylines'],
  storylines: ['domain', 'checkpoint', 'receipt', 'models', 'engine/clock.ts'],
  collection: ['domain', 'checkpoint', 'pipeline'],
  receipt: ['domain', 'checkpoint', 'intake'],
  report: ['domain', 'checkpoint', 'engine', 'storylines', 'receipt/replace-file.ts'],
  tracing: ['domain', 'engine/document-trace.ts'],
  notification: ['domain', 'checkpoint', 'engine'],
  estimate: ['domain', 'models', 'checkpoint', 'pipeline', 'intake', 'engine', 'storylines'],
  library: [
    'domain',
    'checkpoint',
    'models',
    'pipeline',
    'intake',
    'delivery',
    'engine',
    'storylines',
    'config',
    'composition.ts',
  ],
  config: ['domain', 'models', 'delivery', 'pipeline'],
  work: [
    'domain',
    'checkpoint',
    'pipeline',
    'delivery',
    'engine',
    'storylines',
    'collection',
    'receipt',
    'notification',
    'tracing',
    'composition.ts',
  ],
  server: ['domain', 'checkpoint', 'pipeline', 'intake', 'engine', 'storylines', 'config', 'work', 'composition.ts'],
  cli: [
    'models',
    'domain',
    'models',
    'checkpoint',
    'pipeline',
    'intake',
    'delivery',
    'engine',
    'estimate',
    'receipt',
    'report',
    'storylines',
    'collection',
    'notification',
    'config',
    'work',
    'server',
    'composition.ts',
  ],
};

/** Adapters of a port, and the only files outside themselves that may import them. */
const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  'checkpoint/sqlite': ['composition.ts'],
  'delivery/jsonl': ['delivery/create-sink.ts', 'composition.ts'],
  'models/answers/sqlite': ['composition.ts'],
  'models/ai-sdk': ['models/create-language-model.ts', 'models/create-embedding-model.ts'],
  'models/gguf': ['models/create-language-model.ts', 'models/create-embedding-model.ts'],
  'models/batch-api/openai': ['models/batch-api/create-batch-model.ts'],
  'models/batch-api/anthropic': ['models/batch-api/create-batch-model.ts'],
  'tracing/otlp': ['composition.ts'],
  'pipeline/http': ['pipeline/create-pipeline.ts'],
  'pipeline/builtin': ['pipeline/create-pipeline.ts'],
};

/** What of the product runs in the browser too: tables and functions that import nothing else. */
const PURE_FOR_THE_PAGE = [
  'domain/batch-status',
  'domain/errors',
  'domain/usage',
  'storylines/arc-diagram',
  'storylines/timeline',
].map((name) => `../../pawl/src/${name}.ts`);

interface Import {
  readonly from: string;
  readonly to: string;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path));
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

/** The relative paths that a file imports more than types of. */
function valueImportsOf(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/^import (?!type\b)[^'"`;]*?from '(\.[^']+)'/gm);
  return [...imports].map((match) => match[1] ?? '');
}

/** Imports between files of one folder, both ends relative to it. */
function importsWithin(folder: string): Import[] {
  return sourceFiles(folder).flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({
        from: relative(folder, file),
        to: relative(folder, resolve(dirname(file), specifier)),
      })),
  );
}

function partOf(path: string): string {
  return path.split('/')[0] ?? path;
}

describe('the architecture', () => {
  const imports = importsWithin(pawl);

  test('has a place for every folder', () => {
    const folders = readdirSync(pawl, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !(name in ARROWS))).toEqual([]);
    expect(imports.length).toBeGreaterThan(50);
  });

  test('has arrows that point inwards only', () => {
    const wrong = imports.filter(({ from, to }) => {
      const allowed = ARROWS[partOf(from)];
      if (allowed === undefined || partOf(from) === partOf(to)) return false; // the roots may import everything
      return !allowed.includes(partOf(to)) && !allowed.includes(to);
    });
    expect(wrong).toEqual([]);
  });

  test('lets nobody but the composition root know an adapter', () => {
    const wrong = imports.filter(({ from, to }) =>
      Object.entries(ADAPTERS).some(
        ([adapter, mayImport]) =>
          to.startsWith(`${adapter}/`) && !from.startsWith(`${adapter}/`) && !mayImport.includes(from),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('has no cycles between files', () => {
    expect(findCycle(imports)).toBeNull();
    expect(findCycle(importsWithin(nlp))).toBeNull();
  });

  test('lets the page share with the product what is pure, and of the rest its types alone', () => {
    const page = join(root, 'packages', 'dashboard', 'src');
    const imported = sourceFiles(page).flatMap((file) =>
      valueImportsOf(file).map((path) => resolve(dirname(file), path)),
    );
    const outside = imported.map((path) => relative(page, path)).filter((path) => path.startsWith('..'));
    expect(new Set(outside)).toEqual(new Set(PURE_FOR_THE_PAGE));
    expect(imports.filter(({ to }) => to.includes('dashboard/src'))).toEqual([]);
  });

  test('keeps the domain pure: it imports zod and nothing else', () => {
    const foreign = sourceFiles(join(pawl, 'domain'))
      .flatMap(importsOf)
      .filter((specifier) => !specifier.startsWith('.') && specifier !== 'zod');
    expect(foreign).toEqual([]);
  });

  test('lets the language library know nothing of batches, and only its file loader and command line know Node', () => {
    const outside = sourceFiles(nlp)
      .filter((file) => relative(nlp, file) !== 'load-english.ts' && !relative(nlp, file).startsWith('cli'))
      .flatMap((file) => importsOf(file).map((specifier) => ({ file: relative(nlp, file), specifier })))
      .filter(({ specifier }) => isBuiltin(specifier) || specifier === 'pawl' || specifier.includes('packages/pawl'));
    expect(outside).toEqual([]);
  });
});

/** A chain of files each importing the next and the last the first, or null. */
function findCycle(imports: readonly Import[]): string[] | null {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return null;
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle !== null) return cycle;
    }
    finished.add(file);
    return null;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
