import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { documents, LanguageService } from './language-service.ts';
import { createWorld, type World } from './pawl-process.ts';

let world: World;
let service: LanguageService;

beforeEach(async () => {
  world = await createWorld();
  service = await LanguageService.start();
});
afterEach(async () => {
  await world.dispose();
  service.close();
});

/** The status of a batch as JSON. */
async function status(id = 'news'): Promise<Record<string, unknown>> {
  return JSON.parse((await world.pawl('status', id, '--json')).stdout);
}

/** Starts a batch of `howMany` documents, one after the other, and returns while the first is in flight. */
async function startAndHold(howMany: number, ...flags: string[]) {
  await world.write('news.jsonl', documents(howMany));
  service.hold();
  const running = world.start('run', 'news.jsonl', '--concurrency', '1', ...service.flags, ...flags);
  await service.askedFor(1);
  return running;
}

test('G6: Ctrl-C saves what is in flight and ends with 130; the same command does the rest, nothing twice', async () => {
  const first = await startAndHold(5);
  first.child.kill('SIGINT');
  await first.saying(/finishing and saving what is in flight/);
  service.release();
  const interrupted = await first.ended;
  expect(interrupted.code).toBe(130);
  expect(interrupted.stdout).toMatch(/■ news: interrupted in .*\n\n {2}processed +1 of 5.*\n {2}remaining +4/);
  expect(await status()).toMatchObject({ status: 'INTERRUPTED', processed: 1, remaining: 4, runner: null });

  const second = await world.pawl('run', 'news.jsonl', '--json');
  expect(second.code).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({ status: 'COMPLETED', processed: 5, failed: 0 });
  expect(service.asked).toEqual(documents(5).map(({ document_id }) => document_id));
});

test('Ctrl-C twice gives back what is in flight, uncounted', async () => {
  const running = await startAndHold(3);
  running.child.kill('SIGINT');
  await running.saying(/finishing and saving/);
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(await status()).toMatchObject({ status: 'INTERRUPTED', processed: 0, failed: 0, remaining: 3 });
});

test('G5: a pause from elsewhere ends the run with 4, and resume does the rest without the input file', async () => {
  const running = await startAndHold(3, '--notify', 'cat >> told.jsonl');
  const pausing = await world.pawl('pause');
  expect(pausing).toMatchObject({ code: 0, stdout: 'Batch news is paused: 0 processed, 0 failed, 3 remaining.\n' });
  expect(pausing.stderr).toContain('Its runner finishes and saves 1 document in flight; no further one starts.');
  service.release();
  expect((await running.ended).code).toBe(4);
  expect(service.asked).toHaveLength(1);

  await rm(join(world.folder, 'news.jsonl'));
  expect((await world.pawl('resume')).code).toBe(0);
  expect(service.asked).toHaveLength(3);
  const told = (await readFile(join(world.folder, 'told.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toMatchObject([
    { event: 'paused', reason: 'user', batch: { batch_id: 'news', status: 'PAUSED', processed: 1 } },
    { event: 'ended', reason: null, batch: { status: 'COMPLETED', processed: 3 } },
  ]);
});

test('a batch that somebody works on is left alone, and the one who does is named', async () => {
  const running = await startAndHold(2);
  const said = `Batch news is being run by process ${running.child.pid} on `;
  for (const command of [['run', 'news.jsonl'], ['resume'], ['delete', 'news', '--yes']]) {
    const { code, stderr } = await world.pawl(...command);
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  }
  service.release();
  expect((await running.ended).code).toBe(0);
  expect((await status()).processed).toBe(2);
});

test('stop asks first, is final, and tells what can be done instead', async () => {
  const running = await startAndHold(2);
  const unasked = await world.pawl('stop');
  expect(unasked).toMatchObject({ code: 2, stdout: '' });
  expect(unasked.stderr).toContain('There is no terminal to ask on');
  expect((await world.pawl('stop', '--yes', '--now')).stdout).toBe(
    'Batch news is stopped: 0 processed, 0 failed, 2 remaining.\n',
  );
  expect((await running.ended).code).toBe(5);
  for (const command of [['run', 'news.jsonl'], ['resume'], ['pause']]) {
    const { code, stderr } = await world.pawl(...command);
    expect(stderr).toContain('STOPPED');
    expect(code).toBe(2);
  }
  expect(await world.pawl('delete', 'news', '--yes')).toMatchObject({ code: 0, stdout: 'Batch news is deleted.\n' });
  expect((await world.pawl('list')).stderr).toContain('There is no batch');
});

test('a time limit and a failure budget pause the batch, with the reason, and end with 4', async () => {
  const running = await startAndHold(2, '--time-limit', '1s');
  await running.saying(/ending, 1 in flight/);
  service.release();
  expect((await running.ended).code).toBe(4);
  expect(await status()).toMatchObject({ status: 'PAUSED', reason: 'time_limit', processed: 1 });

  for (const { document_id } of documents(2)) service.refused.add(document_id);
  const resumed = await world.pawl('resume', '--time-limit', 'none', '--max-failures', '0');
  expect(resumed.code).toBe(4);
  expect(await status()).toMatchObject({ status: 'PAUSED', reason: 'failure_budget', processed: 1, failed: 1 });
});

test('retry gives failed documents work again, all or some, and works on at once unless told otherwise', async () => {
  await world.write('news.jsonl', documents(3));
  service.refused.add('doc_002').add('doc_003');
  expect((await world.pawl('run', 'news.jsonl', ...service.flags)).code).toBe(3);
  service.refused.clear();
  const marked = await world.pawl('retry', '--document', 'doc_002', '--no-run');
  expect(marked.stderr).toBe('Batch news: 1 failed document to be tried again.\n');
  expect(await status()).toMatchObject({ processed: 1, failed: 1, remaining: 1 });
  expect((await world.pawl('retry', '--document', 'doc_9')).stderr).toContain(
    'There is no document "doc_9" in batch news.',
  );
  expect((await world.pawl('retry', '--code', 'provider_rejected')).code).toBe(0);
  expect(await status()).toMatchObject({ status: 'COMPLETED', processed: 3, failed: 0 });
});

test('--detach works in the background, and monitor ends when the work does', async () => {
  await world.write('news.jsonl', documents(2));
  service.hold();
  const detached = await world.pawl('run', 'news.jsonl', '--detach', ...service.flags);
  expect(detached.code).toBe(0);
  expect(detached.stdout).toMatch(
    /^Job ID: {5}[\w-]{36}\nBatch ID: {3}news\nDocuments: {2}2\nWorking: {4}in the background, process \d+\n/,
  );
  const [, pid] = /process (\d+)/.exec(detached.stdout)!;
  await service.askedFor(1);
  expect((await status()).runner).toMatchObject({ pid: Number(pid) });
  service.release();
  const watched = await world.pawl('monitor', '--interval', '0.2');
  expect(watched.code).toBe(0);
  expect(watched.stdout.trim().split('\n').at(-1)).toMatch(/Status: COMPLETED \| Progress: 2\/2 \(100\.0%\)/);
  // The batch is done a moment before its process has said so.
  const log = () => readFile(join(world.folder, 'pawl-data', 'batches', 'news', 'run.log'), 'utf8');
  await expect.poll(log, { timeout: 20_000 }).toContain('news: completed');
});

test('documents submitted to a batch that is being worked on are taken up by its runner', async () => {
  const running = await startAndHold(2);
  await world.write('more.jsonl', [{ id: 'late', text: 'It arrived late.' }]);
  const more = await world.pawl('submit', 'more.jsonl', '--batch', 'news');
  expect(more).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Documents: {2}3$/m) });
  service.release();
  expect((await running.ended).code).toBe(0);
  expect(service.asked).toEqual(['doc_001', 'doc_002', 'late']);
});

test('set changes a batch while it runs: more lanes take up more documents', async () => {
  const running = await startAndHold(4);
  expect((await world.pawl('set', 'concurrency=3')).stdout).toBe('news: concurrency is 3\n');
  await service.askedFor(3);
  service.release();
  expect((await running.ended).code).toBe(0);
  const changes = JSON.parse((await world.pawl('history', '--json')).stdout).filter(
    ({ event }: { event: string }) => event === 'settings_changed',
  );
  expect(changes).toMatchObject([{ details: { concurrency: { from: ['1'], to: ['3'] } } }]);
});

test('a result file that was deleted is written anew by resume, also when the batch is completed', async () => {
  await world.write('news.jsonl', documents(3));
  await world.pawl('run', 'news.jsonl', ...service.flags);
  const file = join(world.folder, 'pawl-data', 'batches', 'news', 'documents.jsonl');
  const written = await readFile(file, 'utf8');
  await rm(file);
  expect((await world.pawl('doctor')).code).toBe(1);
  expect((await world.pawl('resume')).code).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(written);
  expect((await world.pawl('verify', 'pawl-data/batches/news')).code).toBe(0);
});

test('set gives a running batch a time limit, which ends it', async () => {
  const running = await startAndHold(2);
  await world.pawl('set', 'news', 'time-limit=1s', 'max-attempts=2');
  await running.saying(/ending, 1 in flight/);
  service.release();
  expect((await running.ended).code).toBe(4);
  expect(await status()).toMatchObject({ status: 'PAUSED', reason: 'time_limit', processed: 1 });
});

describe('submitting again', () => {
  test('adds new documents, keeps known ones, and tells of changed content', async () => {
    await world.write('news.jsonl', documents(2));
    await world.pawl('run', 'news.jsonl', ...service.flags);
    await world.write('news.jsonl', [...documents(3).slice(1), { document_id: 'doc_001', text: 'Rewritten.' }]);
    const again = await world.pawl('run', 'news.jsonl');
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('Batch news, known: 1 new document, 1 known, 1 changed.');
    expect(again.stderr).toContain('--reprocess-changed');
    expect(service.asked).toEqual(['doc_001', 'doc_002', 'doc_003']);
    await world.pawl('run', 'news.jsonl', '--reprocess-changed');
    expect(service.asked.slice(3)).toEqual(['doc_001']);
  });

  test('another pipeline is refused until the user chooses', async () => {
    await world.write('news.jsonl', documents(1));
    await world.pawl('run', 'news.jsonl', ...service.flags);
    const other = await world.pawl('run', 'news.jsonl', '--entities', 'builtin');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('--pipeline keep');
    expect((await world.pawl('run', 'news.jsonl', '--entities', 'builtin', '--pipeline', 'keep')).code).toBe(0);
    expect((await world.pawl('run', 'news.jsonl', '--entities', 'builtin', '--pipeline', 'replace')).code).toBe(0);
    const { stdout } = await world.pawl('results', '--json');
    expect(JSON.parse(stdout)[0].processing_metadata.stages.entities.provider).toBe('builtin');
  });

  test('the same input is read anew when the fields are named anew', async () => {
    await world.write('news.jsonl', [{ id: 'a', body: 'Rain fell in Bergen.' }]);
    expect((await world.pawl('run', 'news.jsonl', ...service.flags)).code).toBe(3);
    expect((await world.pawl('run', 'news.jsonl', '--field', 'text=body')).code).toBe(0);
    expect(await status()).toMatchObject({ total_documents: 1, processed: 1, failed: 0 });
  });
});

test('standard input is a batch too, and the settings of a file and of the environment count', async () => {
  await world.write('docs.jsonl', documents(2));
  await world.write('pawl.yaml', ['concurrency: 2', `entities: http:${service.url}`]);
  const run = await world.command(
    'bash',
    '-c',
    `PAWL_MAX_ATTEMPTS=2 '${process.execPath}' '${join(import.meta.dirname, '../../bin/pawl.mjs')}' run - --config pawl.yaml < docs.jsonl`,
  );
  expect(run.code).toBe(0);
  expect(service.asked).toHaveLength(2);
  const config = JSON.parse((await world.pawl('config', 'stdin', '--json')).stdout);
  expect(config).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: 'concurrency', value: ['2'], origin: 'batch' }),
      expect.objectContaining({ key: 'max-attempts', value: ['2'], origin: 'batch' }),
    ]),
  );
});
