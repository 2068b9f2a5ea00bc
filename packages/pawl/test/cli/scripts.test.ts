import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documents, LanguageService } from './language-service.ts';
import { createWorld, SCRIPTS, type World } from './pawl-process.ts';

let world: World;
let service: LanguageService;

beforeAll(async () => {
  world = await createWorld();
  service = await LanguageService.start();
});
afterAll(async () => {
  service.release();
  await world.dispose();
  service.close();
});

function script(name: string, ...args: readonly string[]) {
  return world.command(join(SCRIPTS, name), ...args);
}

test('the scripts take a batch from submission to report', async () => {
  await world.write("it's news.jsonl", documents(4));
  service.refused.add('doc_001');
  service.hold();

  const submitted = await script(
    'submit_batch.sh',
    "it's news.jsonl",
    'batch-1',
    '--concurrency',
    '2',
    ...service.flags,
  );
  expect(submitted).toMatchObject({ code: 0, stderr: 'Batch batch-1: 4 new documents.\n' });
  expect(submitted.stdout).toMatch(/^Job ID: {5}[\w-]{36}\nBatch ID: {3}batch-1\nDocuments: {2}4\n/);
  for (const name of [
    'monitor_batch.sh',
    'checkpoint_status.sh',
    'pause_batch.sh',
    'resume_batch.sh',
    'stop_batch.sh',
  ]) {
    expect(submitted.stdout).toMatch(new RegExp(`scripts/${name.replace('.', '\\.')} batch-1$`, 'm'));
  }
  await service.askedFor(2);

  expect((await script('pause_batch.sh', 'batch-1')).stdout).toMatch(/^Batch batch-1 is paused/);
  service.release();
  const paused = await script('monitor_batch.sh', 'batch-1', '--interval', '0.2');
  expect(paused.code).toBe(4);
  expect(paused.stdout).toMatch(/\| Status: PAUSED \(user\) \| Progress: \d\/4 /);

  expect((await script('resume_batch.sh', 'batch-1')).stdout).toMatch(/^Working: {4}in the background/m);
  const done = await script('monitor_batch.sh', 'batch-1', '--interval', '0.2');
  expect(done.code).toBe(3);
  expect(done.stdout).toMatch(
    /^\[\d+\] \d\d:\d\d:\d\d \| Status: COMPLETED \| Progress: 4\/4 \(100\.0%\) \| Failed: 1 \| Rate: /m,
  );

  const checkpoint = await script('checkpoint_status.sh');
  expect(checkpoint.stdout).toMatch(
    /^Status: {5}COMPLETED\nBatch ID: {3}batch-1\nJob ID: {5}.{36}\nTotal: {6}4\nProcessed: {2}3 \(75\.0%\)\nFailed: {5}1\nRemaining: {2}0\nCreated: {4}\d{4}-.*\nUpdated: {4}\d{4}-.*\n\nLast 3 processed:\n/,
  );
  expect(checkpoint.stdout).toMatch(/\nFailed:\n {2}✗ doc_001 \(Provider Rejected\)\n$/);

  expect((await script('analyze_batch.sh', 'batch-1')).stdout).toContain('report.html');
  expect(await script('stop_batch.sh', 'batch-1', '--yes')).toMatchObject({ code: 2, stdout: '' });
});

test('submit_batch.sh without a file says how it is used', async () => {
  expect(await script('submit_batch.sh')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Usage: .*submit_batch\.sh <file> \[batch_id\]/),
  });
});
