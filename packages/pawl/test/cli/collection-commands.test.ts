import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchView } from '../../src/engine/describe-batch.ts';
import type { Linkage, Storyline } from '../../src/storylines/storyline.ts';
import { createWorld, type Ended, type World } from './pawl-process.ts';

const NEWS = fileURLToPath(new URL('../../../../examples/news.jsonl', import.meta.url));

/** The example news dealt out to two batches, and linked together once; the tests look at that in order. */
let world: World;
let linked: Ended;
let folder: string;

beforeAll(async () => {
  world = await createWorld();
  const lines = (await readFile(NEWS, 'utf8')).trim().split('\n');
  await world.write(
    'even.jsonl',
    lines.filter((_, i) => i % 2 === 0),
  );
  await world.write(
    'odd.jsonl',
    lines.filter((_, i) => i % 2 === 1 && i < 50),
  );
  await world.write('late.jsonl', lines.slice(51));
  await world.pawl('run', 'even.jsonl');
  await world.pawl('run', 'odd.jsonl');
  linked = await world.pawl('link', 'even', 'odd', '--into', 'all');
  folder = join(world.folder, 'pawl-data', 'batches', 'all');
}, 120_000);
afterAll(() => world.dispose());

async function linesOf<T>(file: string): Promise<T[]> {
  const text = (await readFile(join(folder, file), 'utf8')).trim();
  return text.split('\n').map((line) => JSON.parse(line) as T);
}

describe('pawl link A B --into NAME', () => {
  test('links the documents of both, and leaves theirs as they are', async () => {
    expect(linked.code).toBe(0);
    expect(linked.stderr).toContain('even: 27 new documents.');
    const storylines = await linesOf<Storyline>('storylines.jsonl');
    const mixed = storylines.filter(({ document_ids }) => new Set(document_ids.map((id) => id.split('/')[0])).size > 1);
    expect(mixed.length).toBeGreaterThan(3);
    const own = JSON.parse((await world.pawl('storylines', 'even', '--json')).stdout) as Storyline[];
    expect(own.flatMap(({ document_ids }) => document_ids).some((id) => id.includes('/'))).toBe(false);
  });

  test('makes a batch like any other: shown, explained, checked and proven', async () => {
    const view = JSON.parse((await world.pawl('status', 'all', '--json')).stdout) as BatchView;
    expect(view).toMatchObject({ status: 'COMPLETED', total_documents: 52, processed: 52 });
    expect(view.collected_from.map(({ batch_id, documents }) => [batch_id, documents])).toEqual([
      ['even', 27],
      ['odd', 25],
    ]);
    const linkages = await linesOf<Linkage>('linkages.jsonl');
    const { source, target } = linkages.find((one) => one.source.document_id[0] !== one.target.document_id[0])!;
    for (const id of ['event_id', 'document_id'] as const) {
      expect((await world.pawl('explain', 'link', source[id], target[id], '--batch', 'all')).code).toBe(0);
    }
    for (const command of [
      ['doctor', 'all'],
      ['verify', folder],
      ['storylines', 'all', '--html'],
    ]) {
      expect((await world.pawl(...command)).code).toBe(0);
    }
  });

  test('refuses what does not go into a collection, with exit code 2', async () => {
    const refused = async (...args: readonly string[]) => {
      const { code, stderr } = await world.pawl(...args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused('link', 'even', 'odd')).toContain('--into');
    expect(await refused('link', 'nobody', '--into', 'all')).toContain('nobody');
    expect(await refused('link', 'even', '--into', 'odd')).toContain('odd holds documents of its own');
    expect(await refused('link', 'all', '--into', 'more')).toContain('even odd');
    expect(await refused('run', 'late.jsonl', '--batch', 'all')).toContain('pawl link --into');
    expect(await refused('submit', 'late.jsonl', '--batch', 'all')).toContain('collection');
    expect(await refused('retry', 'all')).toContain('even odd');
  });

  test('takes up what its batches have since, and says so when that is nothing', async () => {
    expect((await world.pawl('link', '--into', 'all')).stdout).toContain('up to date');
    await world.pawl('run', 'late.jsonl', '--batch', 'odd');
    expect((await world.pawl('resume', 'all')).stderr).toContain('pawl link --into all');
    const again = await world.pawl('link', '--into', 'all', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      batch_id: 'all',
      settled: true,
      sources: [
        { batch_id: 'even', added: 0, remaining: 0 },
        { batch_id: 'odd', added: 3, remaining: 0 },
      ],
    });
    expect(await world.pawl('verify', folder)).toMatchObject({ code: 0 });
  });

  test('links with other weights, and goes on without a batch that was deleted', async () => {
    const before = await linesOf<Storyline>('storylines.jsonl');
    const file = fileURLToPath(new URL('../../models/storylines/weights.json', import.meta.url));
    const weights = JSON.parse(await readFile(file, 'utf8')) as { documents: { bias: number } };
    weights.documents.bias = -20;
    await world.write('strict.json', [JSON.stringify(weights)]);
    const strict = await world.pawl('link', '--into', 'all', '--weights', 'strict.json', '--json');
    expect(JSON.parse(strict.stdout)).toMatchObject({ storylines: 0, settled: true });
    await world.pawl('delete', 'odd', '--yes');
    const back = await world.pawl('link', 'even', 'odd', '--into', 'all', '--weights', 'builtin');
    expect(back).toMatchObject({ code: 0 });
    expect(back.stderr).toContain('odd: it is gone; what it gave stays.');
    const documents = (storylines: readonly Storyline[]) => storylines.map(({ document_ids }) => document_ids);
    expect(documents(await linesOf<Storyline>('storylines.jsonl'))).toEqual(documents(before));
  });
});
