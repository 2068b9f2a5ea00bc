import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { ERROR_CATALOGUE } from '../../src/domain/errors.ts';
import { documents, LanguageService } from '../cli/language-service.ts';
import { createWorld, type Ended, type World } from '../cli/pawl-process.ts';
import { isAtRest, serveFolder } from '../server/served-folder.ts';
import { attributesOf, Collector } from './collector.ts';

/** Notes in a file, from within a process of Node, what of OpenTelemetry that loads; prom-client loads its API in any case. */
const NOTE_LOADED = `--import=data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (/@opentelemetry.(?!api)|tracing.otlp/.test(resolved.url)) appendFileSync('loaded.txt', resolved.url + '\\n');
      return resolved;
    },
  });
`)}`;

const OFF = { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '', NODE_OPTIONS: NOTE_LOADED };

async function setup(env: Readonly<Record<string, string>>): Promise<{ world: World; run: World['pawl'] }> {
  const service = await LanguageService.start();
  const world = await createWorld({ ...OFF, ...env });
  onTestFinished(async () => {
    service.close();
    await world.dispose();
  });
  service.refused.add('doc_002');
  await world.write('in.jsonl', documents(3));
  return { world, run: (...flags) => world.pawl('run', 'in.jsonl', '--batch', 'b', ...service.flags, ...flags) };
}

/** What a run leaves that nothing disturbed. */
function expectWhole({ folder }: World, { code, stdout }: Ended): void {
  expect(code).toBe(EXIT.someFailed);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'COMPLETED', processed: 2, failed: 1 });
  expect(existsSync(join(folder, 'pawl-data/batches/b/receipt.json'))).toBe(true);
}

afterEach(() => vi.unstubAllEnvs());

describe('traces', () => {
  test('have a root for each document and a child for each stage, with codes and without texts', async () => {
    using collector = await Collector.start();
    const { world, run } = await setup({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/mine`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    expect(await run()).toMatchObject({
      code: EXIT.someFailed,
      stderr: expect.not.stringContaining('traces were lost'),
    });
    expect([...collector.paths]).toEqual(['POST /mine Bearer key']);
    for (const resource of collector.resources) {
      expect(resource).toEqual({ 'service.name': 'pawl', 'deployment.environment.name': 'test' });
    }
    const { spans } = collector;
    const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
    const seen = roots.map((root) => {
      const { 'pawl.document_id': id, ...attributes } = attributesOf(root);
      const stages = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId);
      for (const stage of stages) {
        expect(stage.traceId).toBe(root.traceId);
        expect(BigInt(stage.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
        expect(BigInt(stage.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano));
      }
      return { id, name: root.name, attributes, stages: stages.map(({ name }) => name) };
    });
    const common = { 'pawl.batch_id': 'b', 'pawl.attempts': 1 };
    const whole = {
      name: 'document',
      attributes: { ...common, 'pawl.outcome': 'processed' },
      stages: ['entities', 'dependencies', 'events'],
    };
    const failed = { ...common, 'pawl.outcome': 'failed', 'pawl.code': 'provider_rejected' };
    expect(seen.sort((a, b) => String(a.id).localeCompare(String(b.id)))).toEqual([
      { id: 'doc_001', ...whole },
      { id: 'doc_002', name: 'document', attributes: failed, stages: ['entities'] },
      { id: 'doc_003', ...whole },
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
    expect(spans).toHaveLength(3 + 3 + 1 + 3);
    const done = spans.find(({ name }) => name === 'events');
    expect(attributesOf(done!)).toEqual({
      'pawl.provider': 'builtin',
      'pawl.model': expect.any(String),
      'pawl.outcome': 'done',
      'pawl.attempts': 1,
      'pawl.ms': expect.any(Number),
      'pawl.cached': false,
    });
    const { meaning } = ERROR_CATALOGUE.provider_rejected;
    const broken = spans.filter(({ status }) => status.code === 2);
    expect(broken.map(({ name }) => name).sort()).toEqual(['document', 'entities']);
    for (const { status, events } of broken) {
      expect(status.message).toBe(meaning);
      expect(events.map(attributesOf)).toEqual([
        { 'exception.type': 'provider_rejected', 'exception.message': meaning },
      ]);
    }
    expect(collector.bodies.join()).not.toMatch(/Anna|Oslo|minister/);
    expect(readFileSync(join(world.folder, 'loaded.txt'), 'utf8')).toContain('exporter-trace-otlp-http');
  });

  test('come from pawl serve too, by the name that the environment gives the service', async () => {
    using collector = await Collector.start();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    vi.stubEnv('OTEL_SERVICE_NAME', 'desk');
    await using served = await serveFolder();
    await served.post('/api/v1/documents/batch', { batch_id: 's', documents: [{ id: 'a', text: 'Rain in Rome.' }] });
    await served.until('s', isAtRest);
    await expect
      .poll(() => collector.spans.map(({ name }) => name).sort())
      .toEqual(['dependencies', 'document', 'entities', 'events']);
    expect(collector.resources[0]).toEqual({ 'service.name': 'desk' });
    expect([...collector.paths]).toEqual(['POST /v1/traces']);
  });

  test('load no SDK and no exporter where no endpoint is named', async () => {
    const { world, run } = await setup({});
    expectWhole(world, await run('--json'));
    expect(existsSync(join(world.folder, 'loaded.txt'))).toBe(false);
  });

  test('that no collector takes are lost, and the batch ends as it would without', async () => {
    const { world, run } = await setup({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    const ended = await run('--json');
    expectWhole(world, ended);
    expect(ended.stderr).toContain('traces were lost');
  });

  test('do not wait for a collector that never answers', async () => {
    using collector = await Collector.start({ answers: false });
    const { world, run } = await setup({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const ended = await run('--json');
    expectWhole(world, ended);
    expect(ended.stderr).toContain('traces were lost: the collector did not take them within 2 s');
    expect(collector.bodies).toHaveLength(1);
  });

  test('are refused an address that is none before any document is begun', async () => {
    const { run } = await setup({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' });
    const { code, stderr } = await run();
    expect(code).toBe(EXIT.wrongUse);
    expect(stderr).toContain('OTEL_EXPORTER_OTLP_ENDPOINT is not an HTTP address');
  });
});
