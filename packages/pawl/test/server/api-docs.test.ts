import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isAtRest, serveFolder } from './served-folder.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'API.md'), 'utf8');
const EXAMPLES = [...GUIDE.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** The operation that a command calls: method, and path as the OpenAPI document has it. */
function operationOf(command: string): string | null {
  const [, path] = /\$PAWL(\/[^\s"'?]*)/.exec(command) ?? [];
  if (path === undefined) return null;
  const method = /-X POST|-d '/.test(command) ? 'post' : 'get';
  const template = path
    .replace(/\/(jobs|batches)\/[^/]+/, '/$1/{id}')
    .replace(/\{id\}\/documents\/[^/]+/, '{id}/documents/{documentId}')
    .replace(/\/storylines\/[^/]+/, '/storylines/{storylineId}');
  return `${method} ${template}`;
}

/** Commands as they stand, those over several lines as one. */
function commandsOf(example: string): string[] {
  return example.split(/\n(?=curl |printf )/).filter((command) => command.startsWith('curl '));
}

describe('docs/API.md', () => {
  test('shows every operation of the OpenAPI document with curl, and no other', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const { paths } = (await served.get<{ paths: Record<string, object> }>('/docs')).body;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const shown = EXAMPLES.flatMap(commandsOf)
      .map(operationOf)
      .filter((operation) => operation !== null);
    expect([...new Set(shown)].sort()).toEqual([...described, 'get /docs'].sort());
  });

  test.skipIf(!hasCurl)('has examples that work, in their order', async () => {
    await using served = await serveFolder();
    const folder = mkdtempSync(join(tmpdir(), 'pawl-docs-'));
    const run = (example: string) =>
      promisify(execFile)('bash', ['-euc', example], { cwd: folder, env: { ...process.env, PAWL: served.url } });
    try {
      for (const example of EXAMPLES) {
        await run(example);
        if (example.includes('more.jsonl')) await served.until('news', isAtRest);
      }
      const { stdout } = await run('curl -sf $PAWL/api/v1/jobs/news');
      expect(JSON.parse(stdout)).toMatchObject({ total_documents: 5, processed: 4, failed: 1 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
