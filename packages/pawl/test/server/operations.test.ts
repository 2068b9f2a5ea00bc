import { describe, expect, test } from 'vitest';
import { documentResultSchema, untrueSpans } from '../../src/domain/result.ts';
import { isAtRest, serveFolder } from './served-folder.ts';

const TEXT = 'Angela Merkel met Emmanuel Macron in Paris on Monday.';

describe('the server', () => {
  test('processes a single document at once and saves nothing', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const { status, body } = await served.post('/api/v1/documents', { document_id: 'one', text: TEXT });
    expect(status).toBe(200);
    const result = documentResultSchema.parse(body);
    expect(result.document_id).toBe('one');
    expect(result.extracted_entities.map(({ text }) => text)).toContain('Paris');
    expect(untrueSpans(TEXT, result)).toEqual([]);
    const wrapped = await served.post('/api/v1/documents', {
      document: { id: 12345678901234567890n.toString(), text: TEXT },
    });
    expect(wrapped.body).toMatchObject({ document_id: '12345678901234567890' });
    expect((await served.post('/api/v1/documents', { id: 'x' })).body).toMatchObject({ status: 422, code: 'no_text' });
    expect((await served.get('/api/v1/jobs')).body).toMatchObject({ total: 0 });
  });

  test('parses a document when its tree is asked for', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    await served.post('/api/v1/documents/batch', { batch_id: 'b', documents: [{ id: 'a', text: TEXT }, { id: 'x' }] });
    const { body } = await served.get<{
      sentences: { tokens: { text: string; lemma: string; head: number; deprel: string }[] }[];
    }>('/api/v1/jobs/b/documents/a/parse');
    const tokens = body.sentences[0]?.tokens ?? [];
    expect(tokens.find(({ text }) => text === 'met')).toMatchObject({ lemma: 'meet', head: -1, deprel: 'root' });
    expect((await served.get('/api/v1/jobs/b/documents/x%23line-2/parse')).body).toMatchObject({ code: 'no_text' });
  });

  test('tells Prometheus what became of documents, and everybody whether it is well', async () => {
    await using served = await serveFolder();
    await served.post('/api/v1/documents/batch', { batch_id: 'b', documents: [{ id: 'a', text: TEXT }, { id: 'x' }] });
    await served.until('b', isAtRest);
    const metrics = await served.get<string>('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(metrics.body).toContain('pawl_documents_total{outcome="processed",code=""} 1');
    expect(metrics.body).toMatch(/pawl_stage_duration_seconds_count\{stage="entities"\} 1/);
    expect(metrics.body).toMatch(/pawl_commit_duration_seconds_count [1-9]/);
    expect(metrics.body).toContain('pawl_batches{status="COMPLETED"} 1');
    expect(metrics.body).toContain('route="/api/v1/documents/batch"');
    const health = await served.get('/health');
    expect(health.body).toMatchObject({ status: 'ok', live: true, ready: true, working: true });
  });

  test('knows a repeated request by its key, also after a restart, and refuses the key for another', async () => {
    const headers = { 'idempotency-key': 'order 66' };
    const body = { documents: [{ text: TEXT }, { text: 'Rain.' }] };
    await using first = await serveFolder({ maxBatches: 0 });
    const one = await first.post('/api/v1/documents/batch', body, headers);
    const again = await first.post('/api/v1/documents/batch', body, headers);
    expect(again.status).toBe(202);
    expect(again.body).toEqual(one.body);
    await using second = await serveFolder({ data: first.data, maxBatches: 0 });
    expect((await second.post('/api/v1/documents/batch', body, headers)).body).toEqual(one.body);
    const other = await second.post('/api/v1/documents/batch', { documents: [{ text: 'Snow.' }] }, headers);
    expect(other.body).toMatchObject({ status: 422, code: 'key_reused' });
    expect((await second.get('/api/v1/jobs')).body).toMatchObject({ total: 1, jobs: [{ total_documents: 2 }] });
  });

  test('takes a repeated stream as the same documents', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const lines = `{"id":"a","text":"${TEXT}"}\n{"id":"b","text":"Rain."}\nnot json\n`;
    const first = await served.stream('/api/v1/batches/s/documents', lines);
    expect(first.body).toMatchObject({ document_count: 3, accepted: { added: 2, rejected: 1 } });
    const again = await served.stream('/api/v1/batches/s/documents', lines);
    expect(again.body).toMatchObject({ accepted: { added: 0, known: 2, rejected: 1 }, job_id: first.body.job_id });
    expect((await served.get('/api/v1/jobs/s')).body).toMatchObject({ total_documents: 3, failed: 1 });
  });
});
