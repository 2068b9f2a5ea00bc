import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', 'src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1]!);

test('only the loader for Node and the command line use Node built-ins, and nothing imports a package', () => {
  const foreign = files.filter((file) => importsOf(file).some((name) => !name.startsWith('.')));
  expect(foreign.filter((file) => !file.startsWith('cli'))).toEqual(['load-english.ts']);
});

test('what a browser imports reaches neither of them', () => {
  const reached = new Set(['core.ts']);
  for (const file of reached) {
    for (const name of importsOf(file)) reached.add(join(dirname(file), name));
  }
  expect(reached.size).toBeGreaterThan(50);
  expect([...reached].filter((file) => file === 'load-english.ts' || file.startsWith('cli'))).toEqual([]);
});

test('the library imports nothing outside its source folder', () => {
  for (const file of files) {
    const depth = file.split(/[\\/]/).length;
    for (const name of importsOf(file))
      expect(name.split('../').length, `${file} imports ${name}`).toBeLessThanOrEqual(depth);
  }
});
