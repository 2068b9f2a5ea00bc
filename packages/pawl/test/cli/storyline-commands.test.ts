import { appendFile, copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Linkage, Storyline } from '../../src/storylines/storyline.ts';
import { createWorld, type Ended, type World } from './pawl-process.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url));

/** The example news, processed and linked once; the tests look at them. */
let world: World;
let run: Ended;
let folder: string;

beforeAll(async () => {
  world = await createWorld();
  await copyFile(join(EXAMPLES, 'news.jsonl'), join(world.folder, 'news.jsonl'));
  run = await world.pawl('run', 'news.jsonl');
  folder = join(world.folder, 'pawl-data', 'batches', 'news');
}, 120_000);
afterAll(() => world.dispose());

async function linesOf<T>(file: string): Promise<T[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

describe('the storylines of the example news', () => {
  test('are told of at the end of the run, and shown by pawl storylines', async () => {
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/storylines +\d+\n/);
    const { stdout, code } = await world.pawl('storylines');
    expect(code).toBe(0);
    expect(stdout).toContain('Puerto Rico');
    const all = JSON.parse((await world.pawl('storylines', '--json')).stdout) as Storyline[];
    expect(all).toEqual(await linesOf<Storyline>('storylines.jsonl'));
  });

  test('are stories that people see in them, with nothing foreign', async () => {
    const gold = JSON.parse(await readFile(join(EXAMPLES, 'stories.json'), 'utf8')) as Record<string, string[]>;
    const storyOf = new Map(Object.entries(gold).flatMap(([name, ids]) => ids.map((id) => [id, name] as const)));
    const found = (await linesOf<Storyline>('storylines.jsonl')).map(
      ({ document_ids }) => new Set(document_ids.map((id) => storyOf.get(id) ?? `foreign ${id}`)),
    );
    expect(
      found.filter((stories) => stories.size > 1 || [...stories].some((name) => name.startsWith('foreign'))),
    ).toEqual([]);
    expect([...new Set(found.flatMap((stories) => [...stories]))].sort()).toEqual(Object.keys(gold).sort());
  });

  test('have linkages between events that are there, and results that name their storyline', async () => {
    const storylines = await linesOf<Storyline>('storylines.jsonl');
    const linkages = await linesOf<Linkage>('linkages.jsonl');
    const events = new Map(storylines.map(({ storyline_id, event_ids }) => [storyline_id, new Set(event_ids)]));
    expect(linkages.length).toBeGreaterThan(50);
    for (const { storyline_id, source, target } of linkages) {
      expect(events.get(storyline_id)?.has(source.event_id) && events.get(storyline_id)?.has(target.event_id)).toBe(
        true,
      );
    }
    const { stdout } = await world.pawl('results', '--json');
    const results = JSON.parse(stdout) as { events: { event_id: string; storyline_id: string | null }[] }[];
    for (const { event_id, storyline_id } of results.flatMap((result) => result.events)) {
      if (storyline_id !== null) expect(events.get(storyline_id)?.has(event_id)).toBe(true);
    }
    const told = results.flatMap((result) => result.events).filter(({ storyline_id }) => storyline_id !== null);
    expect(told).toHaveLength(storylines.reduce((sum, { event_ids }) => sum + event_ids.length, 0));
  });

  test('are shown one by one as a timeline, by the beginning of their id', async () => {
    const [first] = await linesOf<Storyline>('storylines.jsonl');
    const { stdout } = await world.pawl('storylines', '--show', first!.storyline_id.slice(0, 6));
    expect(stdout).toContain(first!.title);
    expect(stdout).toContain(first!.event_ids[0]!);
    expect(await world.pawl('storylines', '--show', 's-none')).toMatchObject({ code: 2 });
  });

  test('are explained link by link', async () => {
    const [{ source, target, similarity_score }] = (await linesOf<Linkage>('linkages.jsonl')).filter(
      ({ link_type }) => link_type === 'coreference',
    ) as [Linkage];
    const { stdout, code } = await world.pawl('explain', 'link', source.event_id, target.event_id, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { events: { score: number } }).events.score).toBeCloseTo(similarity_score, 3);
    expect((await world.pawl('explain', 'link', 'nobody', 'nothing')).stderr).toContain('nobody');
  });

  test('are proven by pawl verify, which sees a line too much, and written again by pawl link', async () => {
    expect(await world.pawl('verify', folder)).toMatchObject({ code: 0 });
    const before = await readFile(join(folder, 'linkages.jsonl'), 'utf8');
    await appendFile(join(folder, 'linkages.jsonl'), '{}\n');
    expect((await world.pawl('verify', folder)).stdout).toContain('linkages.jsonl is not what the checkpoint says');
    expect(await world.pawl('link')).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'linkages.jsonl'), 'utf8')).toBe(before);
    expect(await world.pawl('verify', folder)).toMatchObject({ code: 0 });
  });

  test('are others with other weights, until those that come with pawl are asked for again', async () => {
    const before = await readFile(join(folder, 'storylines.jsonl'), 'utf8');
    const weights = JSON.parse(
      await readFile(fileURLToPath(new URL('../../models/storylines/weights.json', import.meta.url)), 'utf8'),
    ) as { documents: { bias: number } };
    weights.documents.bias = -20;
    await world.write('strict.json', [JSON.stringify(weights)]);
    await world.write('wrong.json', ['{"documents": {}}']);
    expect((await world.pawl('link', '--weights', 'wrong.json')).code).toBe(2);
    expect(await readFile(join(folder, 'storylines.jsonl'), 'utf8')).toBe(before);
    const strict = JSON.parse((await world.pawl('link', '--weights', 'strict.json', '--json')).stdout);
    expect(strict).toMatchObject({ storylines: 0, settled: true });
    await world.pawl('link', '--weights', 'builtin');
    const after = await linesOf<Storyline>('storylines.jsonl');
    expect(after.map(({ document_ids }) => document_ids)).toEqual(
      before
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as Storyline).document_ids),
    );
  });
});

test('a batch that is not to be linked has no storylines, until pawl link makes them', async () => {
  const own = await createWorld();
  await own.write('three.jsonl', (await readFile(join(EXAMPLES, 'news.jsonl'), 'utf8')).split('\n').slice(20, 23));
  const ended = await own.pawl('run', 'three.jsonl', '--no-link');
  expect(ended.stdout).not.toContain('storylines');
  expect((await own.pawl('storylines')).stderr).toContain('pawl link three');
  expect(await own.pawl('link')).toMatchObject({ code: 0 });
  await own.dispose();
}, 60_000);

test('storylines go to every sink with its results: checked, proven, delivered again, and others with other weights', async () => {
  const own = await createWorld();
  const news = (await readFile(join(EXAMPLES, 'news.jsonl'), 'utf8')).split('\n').slice(0, 24);
  await own.write('some.jsonl', news);
  const batch = join(own.folder, 'pawl-data', 'batches', 'some');
  const copy = join(batch, 'copy.jsonl');
  const ran = await own.pawl(
    'run',
    'some.jsonl',
    '--sink',
    'jsonl:path=out.jsonl',
    '--sink',
    `jsonl:name=copy,path=${copy}`,
  );
  expect(ran.code).toBe(0);
  const read = (path: string) => readFile(path, 'utf8');
  const out = (kind: string) => join(own.folder, `out.${kind}.jsonl`);
  for (const kind of ['storylines', 'linkages']) {
    const written = await read(join(batch, `${kind}.jsonl`));
    expect(written).not.toBe('');
    expect(await read(out(kind))).toBe(written);
    expect(await read(join(batch, `copy.${kind}.jsonl`))).toBe(written);
  }
  expect(await own.pawl('verify', batch)).toMatchObject({ code: 0 });
  const storylines = await read(out('storylines'));
  await appendFile(join(batch, 'copy.linkages.jsonl'), '{}\n');
  await rm(out('storylines'));
  expect((await own.pawl('verify', batch)).stdout).toContain('copy.linkages.jsonl is not what the checkpoint says');
  expect((await own.pawl('doctor')).stdout).toContain('out.storylines.jsonl cannot be read');
  expect(await own.pawl('resume')).toMatchObject({ code: 0 });
  expect(await read(out('storylines'))).toBe(storylines);
  expect(await own.pawl('doctor')).toMatchObject({ code: 0 });
  expect(await own.pawl('verify', batch)).toMatchObject({ code: 0 });

  const file = fileURLToPath(new URL('../../models/storylines/weights.json', import.meta.url));
  const weights = JSON.parse(await read(file)) as { documents: { bias: number } };
  weights.documents.bias = -20;
  await own.write('strict.json', [JSON.stringify(weights)]);
  expect(await own.pawl('link', '--weights', 'strict.json')).toMatchObject({ code: 0 });
  expect(await read(out('storylines'))).toBe('');
  expect(await own.pawl('verify', batch)).toMatchObject({ code: 0 });
  await own.dispose();
}, 60_000);
