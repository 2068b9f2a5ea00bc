import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/composition.ts';
import { documentResultSchema } from '../../src/domain/result.ts';
import { collect, settleBatch } from '../collection/processed-batch.ts';
import { createLinkedBatch, manyStorylines, named, storylineOf } from '../storylines/made-storylines.ts';
import { readEvents } from './live-client.ts';
import { isAtRest, serveFolder } from './served-folder.ts';

const TEXT = 'Angela Merkel met Emmanuel Macron in Paris on Monday.';

describe('the interface', () => {
  test('takes a batch as JSON, works on it and gives its results', async () => {
    await using served = await serveFolder();
    const documents = [
      { document_id: 'a', text: TEXT, title: 'Talks' },
      { document_id: 'b' },
      { id: 'c/ü', text: TEXT },
    ];
    const submitted = await served.post('/api/v1/documents/batch', { documents, batch_id: 'news' });
    expect(submitted.status).toBe(202);
    expect(submitted.body).toMatchObject({ success: true, batch_id: 'news', document_count: 3 });
    const jobId = String(submitted.body.job_id);

    const job = await served.until(jobId, isAtRest);
    expect(job).toMatchObject({ status: 'COMPLETED', progress: 100, documents_processed: 2, documents_total: 3 });
    expect(job.result).toMatchObject({ processed: 2, failed: 1, results_url: '/api/v1/jobs/news/results' });

    const results = await served.get<string>('/api/v1/jobs/news/results');
    const lines = results.body
      .trim()
      .split('\n')
      .map((line) => documentResultSchema.parse(JSON.parse(line)));
    expect(lines.map(({ document_id }) => document_id).sort()).toEqual(['a', 'c/ü']);

    const failed = await served.get('/api/v1/jobs/news/documents?state=failed');
    expect(failed.body.documents).toMatchObject([{ code: 'no_text', stage: 'accept', state: 'failed' }]);
    const one = await served.get(`/api/v1/jobs/${jobId}/documents/${encodeURIComponent('c/ü')}`);
    expect(one.body).toMatchObject({ document_id: 'c/ü', state: 'processed', result: { original_text: TEXT } });
    const found = await served.get('/api/v1/jobs/news/documents?q=TALKS');
    expect(found.body.documents).toMatchObject([{ document_id: 'a', title: 'Talks' }]);
    const history = await served.get<{ history: { event: string }[] }>('/api/v1/jobs/news/history');
    expect(history.body.history.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['created', 'accepted', 'started', 'completed']),
    );
    expect((await served.get('/api/v1/jobs')).body.jobs).toMatchObject([{ batch_id: 'news', status: 'COMPLETED' }]);
  });

  test('shows a collection as it does any batch, and lets no documents into it', async () => {
    await using served = await serveFolder();
    const store = openStore(served.data);
    for (const batch_id of ['june', 'july']) {
      await served.post('/api/v1/documents/batch', { documents: [{ id: 'a/b', text: TEXT }], batch_id });
      await served.until(batch_id, isAtRest);
    }
    await collect(store, 'summer', ['june', 'july']);
    expect((await served.get('/api/v1/jobs/summer')).body).toMatchObject({ status: 'QUEUED', processed: 2 });
    await settleBatch(store, 'summer');
    expect(await served.until('summer', isAtRest)).toMatchObject({
      status: 'COMPLETED',
      processed: 2,
      collected_from: [
        { batch_id: 'july', documents: 1 },
        { batch_id: 'june', documents: 1 },
      ],
    });
    const one = await served.get(`/api/v1/jobs/summer/documents/${encodeURIComponent('june/a/b')}`);
    expect(one.body).toMatchObject({ document_id: 'june/a/b', result: { batch_id: 'summer', original_text: TEXT } });
    const storylines = await served.get('/api/v1/jobs/summer/storylines');
    expect(storylines.body.storylines).toMatchObject([
      { document_ids: expect.arrayContaining(['june/a/b', 'july/a/b']) },
    ]);
    const refused = await served.stream('/api/v1/batches/summer/documents', JSON.stringify({ text: TEXT }));
    expect(refused).toMatchObject({ status: 409, body: { code: 'is_collection' } });
  });

  test('answers with problem details that carry the code of the catalogue', async () => {
    await using served = await serveFolder();
    const unknown = await served.get('/api/v1/jobs/nothing');
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
    expect(unknown.body).toMatchObject({ code: 'unknown_batch', status: 404, type: 'urn:pawl:error:unknown_batch' });
    const head = await fetch(`${served.url}/api/v1/live`, { method: 'HEAD' });
    expect(head.status).toBe(404); // it would be a stream that nobody reads
    expect((await served.get('/nowhere')).body).toMatchObject({ code: 'unknown_route' });
    expect((await served.post('/api/v1/documents/batch', '{"documents": [')).body).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    const unsettable = { documents: [{ text: TEXT }], options: { notify: 'touch /tmp/x' } };
    expect((await served.post('/api/v1/documents/batch', unsettable)).body).toMatchObject({ code: 'invalid_setting' });
  });

  test('gives the storylines of a batch, and why events are linked', async () => {
    await using served = await serveFolder();
    const story = (id: string, date: string, text: string) => ({ id, publication_date: date, title: text, text });
    const documents = [
      story('a', '2026-03-01', 'Police arrested Anna Smith in Oslo on Sunday after the bank robbery in Bergen.'),
      story(
        'b',
        '2026-03-02',
        'Anna Smith, arrested in Oslo on Sunday after the bank robbery in Bergen, was charged by police.',
      ),
      story('c', '2026-03-02', 'The central bank of Japan raised its interest rate in Tokyo.'),
    ];
    await served.post('/api/v1/documents/batch', { batch_id: 's', documents });
    await served.until('s', isAtRest);
    const { body } = await served.get<{ storylines: { storyline_id: string; document_ids: string[] }[] }>(
      '/api/v1/jobs/s/storylines',
    );
    expect(body.storylines.map(({ document_ids }) => document_ids)).toEqual([['a', 'b']]);
    const id = body.storylines[0]?.storyline_id;
    const linkages = await served.get<{ linkages: { storyline_id: string }[] }>(
      `/api/v1/jobs/s/storylines/${id}/linkages`,
    );
    expect(linkages.body.linkages[0]).toMatchObject({ storyline_id: id });
    const one = await served.get(`/api/v1/jobs/s/storylines/${id}`);
    expect(one.body).toEqual(body.storylines[0]);
    for (const path of ['none', 'none/linkages']) {
      const unknown = await served.get(`/api/v1/jobs/s/storylines/${path}`);
      expect(unknown).toMatchObject({ status: 404, body: { code: 'unknown_storyline' } });
    }
  });

  test('gives all storylines at a glance, and those that have an entity', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const span = { start: '2026-03-01', end: '2026-03-02' };
    const storylines = [
      storylineOf({ storyline_id: 's-1', primary_entities: named('Anna Smith', 'Oslo'), temporal_span: span }),
      storylineOf({ storyline_id: 's-2', primary_entities: named('Oslo'), document_ids: ['c', 'd', 'e'] }),
    ];
    await createLinkedBatch(openStore(served.data), 's', storylines);
    const { body } = await served.get('/api/v1/jobs/s/storyline-map');
    const oslo = { name: 'Oslo', type: 'PER', storylines: 2, documents: 4 };
    const anna = { name: 'Anna Smith', type: 'PER', storylines: 1, documents: 2 };
    const lane = { documents: 2, events: 0, temporal_span: null, key_days: [] };
    expect(body).toEqual({
      total: 2,
      unread: 0,
      entity: null,
      lanes: [
        { ...lane, storyline_id: 's-2', title: 'Story s-2', documents: 3, entities: [0] },
        { ...lane, storyline_id: 's-1', title: 'Story s-1', temporal_span: span, entities: [0, 1] },
      ],
      entities: { total: 2, shown: [oslo, anna], links: [{ a: 0, b: 1, storylines: 1 }] },
    });
    const ofAnna = await served.get('/api/v1/jobs/s/storyline-map?entity=anna%20smith&lanes=5');
    expect(ofAnna.body).toMatchObject({ total: 1, entity: anna, lanes: [{ storyline_id: 's-1' }] });
    const few = await served.get('/api/v1/jobs/s/storyline-map?lanes=1&entities=1');
    expect(few.body).toMatchObject({ total: 2, lanes: [{ storyline_id: 's-2' }], entities: { total: 2, links: [] } });
    expect((await served.get('/api/v1/jobs/s/storyline-map?lanes=100000')).status).toBe(400);
  });

  test('answers others while it reads thousands of storylines, and reads them once for many', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const store = openStore(served.data);
    await createLinkedBatch(store, 'many', manyStorylines(3_412));
    const answered: string[] = [];
    const map = () => served.get('/api/v1/jobs/many/storyline-map');
    const first = map().then(({ body }) => {
      answered.push('map');
      return body;
    });
    await served.get('/health').then(() => answered.push('health'));
    expect(await first).toMatchObject({ total: 3_412, unread: 0, entities: { total: 135 } });
    expect(answered).toEqual(['health', 'map']);
    const startedAt = process.cpuUsage();
    const again = await Promise.all(Array.from({ length: 20 }, map));
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(3_000); // twenty readings would take as long again each
    for (const { body } of again) expect(body).toEqual(await first);

    const checkpoint = await store.open('many');
    const { resultsEpoch: epoch } = await checkpoint.batch();
    const linking = { epoch, format: 1, weights: null, embeddings: null, keepSketches: false };
    await checkpoint.resetLinking(null, linking, { atMs: 5_000, by: 'test' });
    await checkpoint.close();
    expect((await map()).body).toMatchObject({ total: 0, lanes: [] });
  });

  test('pauses, resumes and stops a batch', async () => {
    await using served = await serveFolder({ maxBatches: 1 });
    const lines = Array.from({ length: 3_000 }, (_, i) => JSON.stringify({ id: `d${i}`, text: TEXT })).join('\n');
    expect((await served.stream('/api/v1/batches/many/documents', lines)).body).toMatchObject({
      document_count: 3_000,
    });
    await served.until('many', ({ processed }) => Number(processed) > 0);
    const paused = await served.post('/api/v1/jobs/many/pause');
    expect(paused.body).toMatchObject({ runner: 'acknowledged', job: { status: 'PAUSED', reason: 'user' } });
    const before = await served.until('many', ({ runner }) => runner === null);
    expect(before.status).toBe('PAUSED');
    expect((await served.post('/api/v1/jobs/many/pause')).body).toMatchObject({ code: 'refused_transition' });
    expect((await served.post('/api/v1/jobs/many/resume')).body).toMatchObject({ status: 'RUNNING' });
    await served.until('many', ({ processed }) => Number(processed) > Number(before.processed));
    expect((await served.post('/api/v1/jobs/many/stop', { now: true })).body).toMatchObject({
      job: { status: 'STOPPED' },
    });
    expect((await served.post('/api/v1/jobs/many/resume')).status).toBe(409);
  });

  test('tells of every change of state in order, and of the last state', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    await served.stream('/api/v1/batches/news/documents', `{"id":"a","text":"${TEXT}"}\n`);
    const watching = readEvents(`${served.url}/api/v1/jobs/news/live`, ({ data }) => data.status === 'STOPPED');
    const [first] = await readEvents(`${served.url}/api/v1/jobs/news/live`, () => true);
    await served.post('/api/v1/jobs/news/stop');
    const events = await watching;
    expect(events[0]).toMatchObject({ event: 'job', data: { status: 'QUEUED' } });
    expect(events.find(({ event }) => event === 'history')?.data).toMatchObject({ event: 'stopped', to: 'STOPPED' });
    expect(events.at(-1)).toMatchObject({ event: 'job', data: { status: 'STOPPED' } });

    const resumed = await readEvents(`${served.url}/api/v1/jobs/news/live`, ({ event }) => event === 'job', {
      'last-event-id': first?.id ?? '',
    });
    expect(resumed.map(({ event, data }) => [event, data.event ?? data.status])).toEqual([
      ['history', 'stopped'],
      ['job', 'STOPPED'],
    ]);
  });
});
