import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from '../packages/pawl/bin/node-flags.mjs';

// No container can be built here; what can be known without one is kept true.

const root = join(import.meta.dirname, '..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

test('the Dockerfile copies what is there and starts what is there, with the flags of the launcher', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(3);
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const entry = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  expect(entry).toEqual(['node', ...NODE_FLAGS, 'packages/pawl/bin/pawl.mjs']);
  expect(existsSync(join(root, entry.at(-1) ?? ''))).toBe(true);
});

test('the container runs the Node that pawl needs, as nobody in particular, with its data in the volume', () => {
  const launcher = readFileSync(join(root, 'packages', 'pawl', 'bin', 'pawl.mjs'), 'utf8');
  const major = /MINIMUM_NODE_MAJOR = (\d+)/.exec(launcher)?.[1];
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toBe(`node:${major}-bookworm-slim`);
  expect(dockerfile).toMatch(/^USER node$/m);
  const compose = readFileSync(join(root, 'compose.yaml'), 'utf8');
  const port = /^EXPOSE (\d+)$/m.exec(dockerfile)?.[1];
  expect(compose).toContain(`- pawl-data:${/PAWL_DATA=(\S+)/.exec(dockerfile)?.[1]}\n`);
  expect(compose).toContain(`- "127.0.0.1:${port}:${port}"`);
  const serve = readFileSync(join(root, 'packages/pawl/src/cli/commands/serve-command.ts'), 'utf8');
  expect(serve).toContain(`DEFAULT_PORT = ${port};`);
});
