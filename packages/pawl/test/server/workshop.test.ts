import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { createPipeline, LanguageThreads } from '../../src/pipeline/create-pipeline.ts';
import { Metrics } from '../../src/server/metrics/metrics.ts';
import { Workshop } from '../../src/server/workshop.ts';
import { isAtRest, type ServedFolder, serveFolder } from './served-folder.ts';

const author = () => ({ atMs: Date.now(), by: 'test' });
const documents = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `d${i}`, text: `Rain fell in Rome on day ${i}.` }));

async function submit(served: ServedFolder, batchId: string, count: number): Promise<void> {
  const lines = documents(count)
    .map((document) => JSON.stringify(document))
    .join('\n');
  await served.stream(`/api/v1/batches/${batchId}/documents`, lines);
}

async function eventsOf(served: ServedFolder, id: string): Promise<string[]> {
  const { body } = await served.get<{ history: { event: string; details: { end?: string } }[] }>(
    `/api/v1/jobs/${id}/history`,
  );
  return body.history.map(({ event, details }) => (details.end === undefined ? event : `${event} ${details.end}`));
}

describe('the workshop of the server', () => {
  test('takes up what waits and what was interrupted, and leaves alone what is paused', async () => {
    await using before = await serveFolder({ maxBatches: 0 });
    for (const id of ['queued', 'interrupted', 'paused']) await submit(before, id, 3);
    const store = openStore(before.data);
    const dead = { pid: 2 ** 22 + 1, host: hostname(), processStart: 'long ago' };
    for (const id of ['interrupted', 'paused']) {
      const checkpoint = await store.open(id);
      const run = await checkpoint.startRun(dead, { takeOver: null, move: 'start', maxDeaths: 3 }, author());
      if (id === 'paused') {
        await checkpoint.transition('pause', { reason: 'user', now: false, run: null }, author());
        await checkpoint.endRun(run.run, 'paused', null, author());
      }
      await checkpoint.close();
    }
    expect((await before.get('/api/v1/jobs/interrupted')).body.status).toBe('INTERRUPTED');
    await using after = await serveFolder({ data: before.data, maxBatches: 2 });
    for (const id of ['queued', 'interrupted']) {
      expect(await after.until(id, isAtRest)).toMatchObject({ status: 'COMPLETED', processed: 3 });
    }
    expect((await after.get('/api/v1/jobs/paused')).body).toMatchObject({ status: 'PAUSED', processed: 0 });
    expect((await after.post('/api/v1/jobs/paused/resume')).status).toBe(200);
    expect(await after.until('paused', isAtRest)).toMatchObject({ status: 'COMPLETED', processed: 3 });
  });

  test('leaves alone what another process works on, and takes it over when that is killed', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    await submit(served, 'theirs', 3);
    await submit(served, 'ours', 3);
    const other = spawn('sleep', ['60']);
    const checkpoint = await openStore(served.data).open('theirs');
    const runner = { pid: other.pid ?? 0, host: hostname(), processStart: null };
    const { run } = await checkpoint.startRun(runner, { takeOver: null, move: 'start', maxDeaths: 3 }, author());
    await using worker = await serveFolder({ data: served.data, maxBatches: 2 });
    await worker.until('ours', isAtRest); // by then it has looked at both
    await checkpoint.heartbeat(run, { inFlight: 0, stages: [] }, author()); // still the holder
    expect((await worker.get('/api/v1/jobs/theirs')).body).toMatchObject({
      status: 'RUNNING',
      runner: { pid: other.pid },
    });
    const exited = once(other, 'exit');
    other.kill('SIGKILL');
    await exited;
    expect(await worker.until('theirs', isAtRest)).toMatchObject({ status: 'COMPLETED', processed: 3 });
    await checkpoint.close();
  });

  test('works in turns where more batches wait than it has room for', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const ids = ['first', 'second'];
    for (const id of ids) await submit(served, id, 3_000);
    const threads = new LanguageThreads(DEFAULT_SETTINGS);
    const workshop = new Workshop({
      store: openStore(served.data),
      clock: systemClock,
      by: 'test',
      maxBatches: 1,
      turnMs: 1_000,
      log: { info: () => undefined, warn: () => undefined },
      metrics: new Metrics(),
      threads,
      onChange: () => undefined,
    });
    try {
      await served.until('second', ({ processed }) => Number(processed) > 0);
      const first = await served.until('first', ({ runner }) => runner === null);
      expect(first.status).toBe('INTERRUPTED');
      expect(await eventsOf(served, 'first')).toContain('run_ended interrupted');
      await served.until('first', ({ processed }) => Number(processed) > Number(first.processed)); // its next turn
    } finally {
      await workshop.close(true);
      await threads.close();
    }
  });

  test('says of each batch that waits for room where it is in line; one that is resumed stands behind the others', async () => {
    await using served = await serveFolder({ maxBatches: 1 });
    const place = async (id: string) => {
      const { status, queue_position } = (await served.get(`/api/v1/jobs/${id}`)).body;
      return [status, queue_position];
    };
    await submit(served, 'long', 20_000);
    await served.until('long', ({ runner }) => runner !== null);
    for (const id of ['second', 'third']) await submit(served, id, 3);
    await served.until('third', ({ queue_position }) => queue_position === 2);
    expect(await place('second')).toEqual(['QUEUED', 1]);
    expect(await place('long')).toEqual(['RUNNING', null]);
    const { body } = await served.get<{ jobs: { batch_id: string; queue_position: number | null }[] }>('/api/v1/jobs');
    const places = Object.fromEntries(body.jobs.map(({ batch_id, queue_position }) => [batch_id, queue_position]));
    expect(places).toEqual({ long: null, second: 1, third: 2 });

    await submit(served, 'other', 20_000);
    await served.post('/api/v1/jobs/long/pause');
    await served.until('third', isAtRest);
    await served.until('other', ({ runner }) => runner !== null);
    expect(await place('long')).toEqual(['PAUSED', null]);
    const resumed = await served.post('/api/v1/jobs/long/resume');
    expect(resumed.body).toMatchObject({ status: 'INTERRUPTED', queue_position: 1 }); // nobody works on it, but this server will
    await served.post('/api/v1/jobs/other/stop', { now: true });
    await served.until('long', ({ runner, queue_position }) => runner !== null && queue_position === null);
    await served.post('/api/v1/jobs/long/stop', { now: true });
  });

  test('says why it does not run a batch, once, and runs it when it is told how', async () => {
    await using before = await serveFolder({ maxBatches: 0 });
    await submit(before, 'old', 2);
    const checkpoint = await openStore(before.data).open('old');
    const { settings } = await checkpoint.batch();
    const pipeline = createPipeline(settings);
    const stages = pipeline.identity.stages.map((stage) => ({
      ...stage,
      fingerprint: `${stage.fingerprint}-of-before`,
    }));
    await checkpoint.replacePipeline({ stages }, settings, [], author());
    await checkpoint.close();
    await using after = await serveFolder({ data: before.data, maxBatches: 1 });
    await expect.poll(() => eventsOf(after, 'old'), { timeout: 10_000 }).toContain('not_run');
    expect((await after.post('/api/v1/jobs/old/resume')).body).toMatchObject({ code: 'pipeline_differs', status: 409 });
    expect((await after.post('/api/v1/jobs/old/resume', { pipeline: 'keep' })).status).toBe(200);
    expect(await after.until('old', isAtRest)).toMatchObject({ status: 'COMPLETED', processed: 2 });
    expect((await eventsOf(after, 'old')).filter((event) => event === 'not_run')).toHaveLength(1);
  });
});
