import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const built = mkdtempSync(join(tmpdir(), 'pawl-packages-'));
/** A project of somebody who has installed both packages. */
const project = join(built, 'project');

const CONSUMER = `
import { loadEnglish } from '@pawl/nlp';
import { openBatch, type DocumentResult } from 'pawl';
const document = (await loadEnglish()).parse('Police arrested three men in Paris.');
const heads: readonly number[] = document.sentences.flatMap(({ tokens }) => tokens.map(({ head }) => head));
await using batch = await openBatch({ batchId: 'b' });
await batch.add([{ id: 'a', text: document.text }]);
const { end } = await batch.run();
const results: DocumentResult[] = await Array.fromAsync(batch.results());
console.log(end, heads.length, results[0]?.events[0]?.event_type);
`;

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

beforeAll(() => {
  build();
  const modules = join(project, 'node_modules');
  cpSync(join(built, 'pawl'), join(modules, 'pawl'), { recursive: true });
  cpSync(join(built, 'nlp'), join(modules, '@pawl', 'nlp'), { recursive: true });
  for (const name of installedPackages()) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }));
  writeFileSync(join(project, 'consumer.ts'), CONSUMER);
});

afterAll(() => rmSync(built, { recursive: true }));

function build(): void {
  execFileSync(process.execPath, [join(root, 'scripts', 'build-packages.mjs'), built], { stdio: 'ignore' });
  mkdirSync(project);
}

/** What the packages depend on, and the types of Node. */
function installedPackages(): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(built, 'pawl', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return [...Object.keys(dependencies).filter((name) => name !== '@pawl/nlp'), '@types/node'];
}

describe.each(['nlp', 'pawl'])('the package %s as npm would get it', (name) => {
  test('has entries, types and files that fit each other', async () => {
    const { messages } = await publint({ pkgDir: join(built, name), strict: true, pack: false });
    expect(messages).toEqual([]);
  });

  test('holds no TypeScript but declarations', () => {
    const files = readdirSync(join(built, name), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });
});

test('the package pawl brings the page that it serves', () => {
  expect(readdirSync(join(built, 'pawl', 'dashboard'))).toEqual(expect.arrayContaining(['index.html', 'assets']));
});

test('somebody who installs them compiles against them strictly and runs a batch', () => {
  const compile = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', 'consumer.ts'];
  const lib = ['--lib', 'es2024,esnext.disposable,esnext.array'];
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...compile, ...lib]);
  expect(run(process.execPath, ['consumer.js'])).toBe('completed 7 justice_arrest\n');
});

test('the installed command runs a batch', () => {
  writeFileSync(join(project, 'in.jsonl'), '{"id":"a","text":"The minister resigned."}\n');
  const pawl = join(project, 'node_modules', 'pawl', 'bin', 'pawl.mjs');
  const status = JSON.parse(run(process.execPath, [pawl, 'run', 'in.jsonl', '--json'])) as object;
  expect(status).toMatchObject({ batch_id: 'in', status: 'COMPLETED', processed: 1 });
});
