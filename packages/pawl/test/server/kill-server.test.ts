import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seededRandom } from '../crash/random.ts';
import { type LiveEvent, readEvents } from './live-client.ts';
import { freePort, ServerProcess } from './server-process.ts';

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_260_302);
const KILLS = 3;
const BATCHES = 3;
const REQUESTS = 4;
const DOCUMENTS = 20;

/** Does something again until the server is there to answer it. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(20);
    }
  }
}

function documentsOf(batch: number, request: number): { id: string; text: string }[] {
  return Array.from({ length: DOCUMENTS }, (_, i) => ({
    id: `b${batch}-r${request}-d${i}`,
    text: `Anna Smith visited Oslo on ${1 + (i % 28)} March 2026, and it rained.`,
  }));
}

/** Brings a batch its documents, as JSON and as streams in turn; each request is repeated until it is acknowledged. */
async function submitAll(url: string, batch: number): Promise<string[]> {
  const ids: string[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const documents = documentsOf(batch, request);
    const [path, type, body] =
      request % 2 === 0
        ? ['documents/batch', 'application/json', JSON.stringify({ batch_id: `b${batch}`, documents })]
        : [
            `batches/b${batch}/documents`,
            'application/x-ndjson',
            documents.map((one) => JSON.stringify(one)).join('\n'),
          ];
    await insist(async () => {
      const response = await fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      const answer = (await response.json()) as { document_count?: number };
      if (!response.ok || answer.document_count !== DOCUMENTS) throw new Error(JSON.stringify(answer));
    });
    ids.push(...documents.map(({ id }) => id));
  }
  return ids;
}

/** Watches a batch through every death of the server until it is complete; returns the entries of its history as they came. */
async function watch(url: string, id: string, total: number): Promise<number[]> {
  const history: number[] = [];
  let lastEventId: string | null = null;
  for (;;) {
    let isComplete = false;
    const onEvent = ({ event, id: eventId, data }: LiveEvent) => {
      lastEventId = eventId;
      if (event === 'history') history.push(Number(data.seq));
      isComplete = event === 'job' && data.status === 'COMPLETED' && data.processed === total;
      return isComplete;
    };
    const headers: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    await readEvents(`${url}/api/v1/jobs/${id}/live`, onEvent, headers).catch(() => undefined);
    if (isComplete) return history;
    await sleep(50);
  }
}

test(`G1 G2 G6 a server that is killed ${KILLS} times under load keeps all that it acknowledged, and goes on (seed ${SEED})`, {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-kill-'));
  const server = new ServerProcess(await freePort(), folder);
  const random = seededRandom(SEED);
  try {
    await server.start();
    const total = REQUESTS * DOCUMENTS;
    const submitting = Array.from({ length: BATCHES }, (_, batch) => submitAll(server.url, batch));
    const watching = Array.from({ length: BATCHES }, (_, batch) => watch(server.url, `b${batch}`, total));
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(200 + random() * 1_500);
      await server.end('SIGKILL');
      await server.start();
    }
    const submitted = await Promise.all(submitting);
    const watched = await Promise.all(watching);
    for (const [batch, ids] of submitted.entries()) {
      const results = await (await fetch(`${server.url}/api/v1/jobs/b${batch}/results`)).text();
      const saved = results
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { document_id: string }).document_id);
      expect(saved.toSorted()).toEqual(ids.toSorted());
      const [first = 1, ...rest] = watched[batch] ?? [];
      expect(rest).toEqual(rest.map((_, i) => first + 1 + i)); // each entry of the history once and in order
    }
    expect(await server.end('SIGTERM')).toBe(0);
  } finally {
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
