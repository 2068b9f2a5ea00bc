import { afterEach, describe, expect, test } from 'vitest';
import type { BatchView } from '../../src/engine/describe-batch.ts';
import type { BatchHandle } from '../../src/library/batch-handle.ts';
import { answeredTwice, faultsOn, modelBatch, quietDocuments } from './model-batch.ts';
import { ModelServer, type ModelServerOptions } from './model-server.ts';

const DOCUMENTS = Number(process.env.PAWL_TEST_DOCUMENTS ?? 2_000);
const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_190_304);
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setup(documents: number, options: ModelServerOptions, requestTimeoutMs = 60_000) {
  const server = await ModelServer.start(options);
  closing.push(() => server.close());
  const { batch, dispose } = await modelBatch(server, { requestTimeoutMs });
  closing.push(dispose);
  await batch.add(quietDocuments(documents));
  return { server, batch };
}

/** The view of a batch as soon as it is as wanted. */
async function viewOf(batch: BatchHandle, isWanted: (view: BatchView) => boolean): Promise<BatchView> {
  for (;;) {
    const view = await batch.progress();
    if (isWanted(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isSuspended = ({ stages }: BatchView) => stages.some(({ state }) => state === 'suspended');

describe('a batch with a server that fails', () => {
  test(`on 30 % of the requests has all its ${DOCUMENTS} documents processed, and repeats none that was answered (seed ${SEED})`, {
    timeout: 480_000,
  }, async () => {
    const { server, batch } = await setup(
      DOCUMENTS,
      { fault: faultsOn(0.3, SEED), latencyMs: (n) => 2 + n / 8 },
      1_500,
    );
    const { end } = await batch.run();
    expect(end).toBe('completed');
    expect(await batch.progress()).toMatchObject({ status: 'COMPLETED', processed: DOCUMENTS, failed: 0 });
    const ids = new Set<string>();
    for await (const { document_id } of batch.results()) ids.add(document_id);
    expect(ids.size).toBe(DOCUMENTS);
    expect(answeredTwice(server)).toEqual([]);
    expect(server.requests.length).toBeGreaterThan(1.2 * DOCUMENTS);
  });

  test('and goes away waits for it, says for what and since when, fails nothing, and goes on by itself', async () => {
    const { server, batch } = await setup(400, { latencyMs: () => 20 });
    const leftAtMs = Date.now();
    const running = batch.run();
    await viewOf(batch, ({ processed }) => processed > 40);
    await server.leave();
    const view = await viewOf(batch, isSuspended);
    expect(view).toMatchObject({ status: 'RUNNING', failed: 0 });
    const [stage] = view.stages;
    expect(stage?.waiting_for).toMatch(/^openai-compatible .* tiny: No answer from http:.*ECONNREFUSED/);
    expect(Date.parse(stage?.suspended_since ?? '')).toBeGreaterThanOrEqual(leftAtMs);
    const { processed } = await batch.progress();
    expect(processed).toBeLessThan(400);
    await server.comeBack();
    expect((await running).end).toBe('completed');
    expect(await batch.progress()).toMatchObject({ status: 'COMPLETED', processed: 400, failed: 0 });
    expect(answeredTwice(server)).toEqual([]);
  });

  test('and refuses the key is suspended at once, says so, and fails nothing', async () => {
    const { server, batch } = await setup(200, { latencyMs: () => 20 });
    const running = batch.run();
    await viewOf(batch, ({ processed }) => processed > 20);
    server.state = 'unauthorized';
    const view = await viewOf(batch, isSuspended);
    expect(view.stages[0]?.waiting_for).toMatch(/HTTP 401: Incorrect API key provided/);
    server.state = 'here';
    expect((await running).end).toBe('completed');
    expect(await batch.progress()).toMatchObject({ processed: 200, failed: 0 });
  });

  test('and is overloaded for a while delays it, without a suspension or a failure', async () => {
    const { server, batch } = await setup(300, { latencyMs: () => 10 });
    let wasSuspended = false;
    const running = batch.run({
      onProgress: ({ report }) => {
        wasSuspended ||= report.stages.some(({ state }) => state === 'suspended');
      },
    });
    await viewOf(batch, ({ processed }) => processed > 20);
    server.state = 'refusing';
    const before = server.refused;
    while (server.refused < before + 20) await new Promise((resolve) => setTimeout(resolve, 10));
    server.state = 'here';
    expect((await running).end).toBe('completed');
    expect(await batch.progress()).toMatchObject({ processed: 300, failed: 0 });
    expect(wasSuspended).toBe(false);
    for await (const { processing_metadata } of batch.results()) {
      expect(processing_metadata.stages.events?.attempts).toBe(1);
    }
  });

  test('is asked about many documents at once where that helps, though nobody said how many', async () => {
    const { server, batch } = await setup(400, { latencyMs: () => 200 });
    await batch.run();
    expect(server.peak).toBeGreaterThanOrEqual(16);
  });
});
