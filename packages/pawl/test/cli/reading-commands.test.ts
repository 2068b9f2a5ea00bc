import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documents, LanguageService } from './language-service.ts';
import { createWorld, type Ended, PAWL, type World } from './pawl-process.ts';

const HOSTILE_ID = 'doc_\u001b[31mred\n';

/** One batch that all of these tests only read: four documents processed, one refused, one line that is no document. */
let world: World;
let run: Ended;

beforeAll(async () => {
  world = await createWorld();
  const service = await LanguageService.start();
  service.refused.add(HOSTILE_ID);
  const input = [...documents(4), { document_id: HOSTILE_ID, text: 'Nothing.' }, '{"document_id": "broken"'];
  await world.write('news.jsonl', input);
  run = await world.pawl('run', 'news.jsonl', ...service.flags);
  service.close();
});
afterAll(() => world.dispose());

describe('a run in which documents failed', () => {
  test('ends with exit code 3 and a summary of what was done, where it is and what can be done next', () => {
    expect(run.code).toBe(3);
    expect(run.stdout).toMatch(/^! news: completed in /);
    expect(run.stdout).toMatch(/processed +4 of 6/);
    expect(run.stdout).toMatch(/failed +2\n/);
    expect(run.stdout).toContain(join('pawl-data', 'batches', 'news', 'documents.jsonl'));
    expect(run.stdout).toContain('pawl retry news');
  });

  test('shows its progress on standard error in plain lines where there is no terminal', () => {
    expect(run.stderr).toMatch(/^Batch news: 5 new documents, 1 line refused/);
    expect(run.stderr).toMatch(/^\d\d:\d\d:\d\d RUNNING \d\/6 \(/m);
    expect(run.stderr).not.toContain('\u001b');
  });
});

describe('status', () => {
  test('--json has exactly the fields of the contract', async () => {
    const { stdout, code } = await world.pawl('status', '--json');
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual([
      'batch_id',
      'job_id',
      'status',
      'reason',
      'total_documents',
      'processed',
      'failed',
      'remaining',
      'progress_percentage',
      'rate_docs_per_min',
      'eta_seconds',
      'created_at',
      'updated_at',
      'runner',
      'stages',
      'sinks',
      'collected_from',
      'tokens',
      'cost',
      'usage',
      'storylines',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      batch_id: 'news',
      status: 'COMPLETED',
      processed: 4,
      failed: 2,
      remaining: 0,
    });
  });

  test('takes the job id as well as the batch id, and from another folder the data by flag or environment', async () => {
    const { job_id } = JSON.parse((await world.pawl('status', 'news', '--json')).stdout);
    expect(JSON.parse((await world.pawl('status', job_id, '--json')).stdout).batch_id).toBe('news');
    const elsewhere = await createWorld({ PAWL_DATA: join(world.folder, 'pawl-data') });
    expect((await elsewhere.pawl('status')).stdout).toMatch(/^news {2}COMPLETED/);
    await elsewhere.dispose();
  });

  test('--checkpoint lists the documents processed last and the failed ones by reason', async () => {
    const { stdout } = await world.pawl('status', '--checkpoint');
    expect(stdout).toMatch(/^Status: {5}COMPLETED\nBatch ID: {3}news\n/);
    expect(stdout).toMatch(/^Processed: {2}4 \(66\.7%\)$/m);
    expect(stdout).toMatch(/Last 4 processed:\n( {2}✓ doc_00\d\n){4}/);
    expect(stdout).toContain('  ✗ doc_\\x1b[31mred\\n (Provider Rejected)');
    expect(stdout).toMatch(/ {2}✗ \S+ \(Invalid Json\)/);
  });
});

test('monitor prints the line of the contract and ends as the batch did', async () => {
  const { stdout, code } = await world.pawl('monitor');
  expect(stdout).toMatch(
    /^\[1\] \d\d:\d\d:\d\d \| Status: COMPLETED \| Progress: 6\/6 \(100\.0%\) \| Failed: 2 \| Rate: \d+\.\d docs\/min\n$/,
  );
  expect(code).toBe(3);
});

test.each([
  ['status'],
  ['monitor'],
  ['failed'],
  ['results'],
  ['results', '--document', 'doc_001'],
  ['history'],
  ['list'],
  ['analyze'],
  ['doctor'],
  ['config'],
  ['config', 'news'],
  ['receipt'],
  ['verify', 'pawl-data/batches/news'],
])('%s %s %s --json prints one JSON value on standard output and nothing else', async (...args) => {
  const { stdout, code } = await world.pawl(...args, '--json');
  expect(JSON.parse(stdout)).toBeTypeOf('object');
  expect(code).toBe(args[0] === 'monitor' ? 3 : 0);
});

describe('results', () => {
  test('are one JSON object a line, in the order of saving', async () => {
    const { stdout } = await world.pawl('results');
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ document_id }) => document_id).sort()).toEqual(['doc_001', 'doc_002', 'doc_003', 'doc_004']);
    expect(JSON.parse((await world.pawl('results', '--json')).stdout)).toEqual(results);
    expect(JSON.parse((await world.pawl('results', '--limit', '1', '--json')).stdout)).toEqual(results.slice(0, 1));
  });

  test('of a document that failed or does not exist are an error that says so', async () => {
    const failed = await world.pawl('results', '--document', HOSTILE_ID);
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(failed.stderr).toContain('has no result: it is failed (provider_rejected');
    expect(failed.stderr).not.toContain('\u001b');
    expect((await world.pawl('results', '--document', 'doc_9')).stderr).toContain(
      'There is no document "doc_9" in batch news.',
    );
  });

  test('end quietly when their reader goes away', async () => {
    const pipe = `set -o pipefail; '${process.execPath}' '${PAWL}' results | head -n 1 | wc -l`;
    expect(await world.command('bash', '-c', pipe)).toEqual({ code: 0, stdout: '1\n', stderr: '' });
  });
});

test('failed lists each document with its reason, escaped, and can be narrowed to a code', async () => {
  const { stdout, stderr } = await world.pawl('failed', '--code', 'invalid_json');
  expect(stdout).toMatch(/^✗ \S+ \(Invalid Json\) {2}accept, line 6 of news\.jsonl: .*\n$/);
  expect(stderr).toContain('Try them again with: pawl retry news');
  const all = await world.pawl('failed');
  expect(all.stdout).not.toContain('\u001b');
  expect(all.stdout.trim().split('\n')).toHaveLength(2);
  const [first] = JSON.parse((await world.pawl('failed', '--code', 'provider_rejected', '--json')).stdout);
  expect(first).toMatchObject({ document_id: HOSTILE_ID, stage: 'entities', attempts: 1, source: { line: 5 } });
});

test('history tells every change, by whom and why (G9)', async () => {
  const { stdout } = await world.pawl('history');
  for (const event of ['created', 'accepted', 'started', 'completed']) expect(stdout).toContain(`  ${event}  `);
  expect(stdout).toMatch(/by \S+@\S+ \(\d+\)/);
});

test('list shows the batches and their states', async () => {
  expect((await world.pawl('list')).stdout).toMatch(/^news +COMPLETED +6 +4 +2 +\d{4}-/m);
});

test('doctor proves that counters, rows and outputs agree (G9)', async () => {
  expect(await world.pawl('doctor')).toMatchObject({ code: 0, stdout: 'Batch news is whole.\n' });
});

test('analyze writes a page and its JSON twin', async () => {
  const { stdout } = await world.pawl('analyze');
  const folder = join(world.folder, 'pawl-data', 'batches', 'news');
  expect(stdout).toContain(join('pawl-data', 'batches', 'news', 'report.html'));
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  expect(report.failures).toEqual(
    expect.arrayContaining([
      { code: 'provider_rejected', stage: 'entities', count: 1 },
      { code: 'invalid_json', stage: 'accept', count: 1 },
    ]),
  );
  expect(report.stages.map(({ name }: { name: string }) => name)).toEqual(['entities', 'dependencies', 'events']);
  expect(report.throughput.processed.reduce((sum: number, n: number) => sum + n, 0)).toBe(4);
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('<h2>Throughput</h2>');
});

test('verify proves the folder alone, wherever it is, and finds what was changed in it', async () => {
  const folder = join(world.folder, 'pawl-data', 'batches', 'news');
  const elsewhere = await createWorld();
  await elsewhere.command('cp', '-r', folder, 'copy');
  expect(await elsewhere.pawl('verify', 'copy')).toMatchObject({
    code: 0,
    stdout: 'copy is whole: nothing is missing, doubled or changed.\n',
  });
  await elsewhere.command('sed', '-i', '1d', 'copy/documents.jsonl');
  const tampered = await elsewhere.pawl('verify', 'copy');
  expect(tampered.code).toBe(1);
  expect(tampered.stdout).toMatch(/^✗ documents\.jsonl .*\n {2}\S/);
  await elsewhere.dispose();
});

test('the same command again says that there is nothing new and ends as the batch ended', async () => {
  const again = await world.pawl('run', 'news.jsonl', '--json');
  expect(again.code).toBe(3);
  expect(again.stderr).toContain('Batch news is completed; there is nothing new to do.');
  expect(JSON.parse(again.stdout)).toMatchObject({ status: 'COMPLETED', processed: 4, failed: 2 });
});

test('NO_COLOR and FORCE_COLOR decide about colours', async () => {
  const colourful = await createWorld({ FORCE_COLOR: '1', PAWL_DATA: join(world.folder, 'pawl-data') });
  expect((await colourful.pawl('status')).stdout).toContain('\u001b[');
  await colourful.dispose();
  expect((await world.pawl('status')).stdout).not.toContain('\u001b');
});
