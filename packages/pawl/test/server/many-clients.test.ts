import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LiveEvent, readEvents } from './live-client.ts';
import { freePort, ServerProcess } from './server-process.ts';

// `npm run soak:serve` runs this with 100,000 documents and 200 clients.
const DOCUMENTS = Number(process.env.PAWL_TEST_DOCUMENTS ?? 1_500);
const CLIENTS = Number(process.env.PAWL_TEST_CLIENTS ?? 60);
/** Of the clients: they ask for the stream and never read it. */
const DEAF_CLIENTS = Math.ceil(CLIENTS / 10);
/** What a watching client gets at most, and how far clocks and a busy machine may let two updates move together. */
const MAX_UPDATES_PER_SECOND = 10;
const SLACK = 1.5;
/** Of the server with all its threads; the same for a thousand documents and a hundred thousand. */
const MAX_RESIDENT_MB = 700;

/** A client that asks and then takes nothing of what comes. */
function deafClient(url: string, path: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () =>
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`),
  );
  socket.pause();
  socket.on('error', () => undefined);
  return socket;
}

/** JSON lines as they are wanted: never more in memory than a piece. */
function lines(count: number): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const until = Math.min(count, next + 200);
      let text = '';
      for (; next < until; next++) text += `{"id":"d${next}","text":"Rain fell on day ${next}."}\n`;
      if (text !== '') controller.enqueue(Buffer.from(text));
      if (next >= count) controller.close();
    },
  });
}

test(`${DOCUMENTS} documents streamed in while ${CLIENTS} clients watch: flat memory, and everybody sees the end`, {
  timeout: 3_600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-many-'));
  const server = new ServerProcess(await freePort(), folder, ['--link', 'no']); // what linking needs is measured with it
  const deaf: Socket[] = [];
  try {
    await server.start();
    const stream = (count: number) =>
      fetch(`${server.url}/api/v1/batches/many/documents`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines(count),
        duplex: 'half',
      } as RequestInit);
    await (await stream(100)).json(); // the batch is there, and the models are loaded
    await readEvents(`${server.url}/api/v1/jobs/many/live`, ({ data }) => data.status === 'COMPLETED');

    const isEnd = ({ event, data }: LiveEvent) =>
      event === 'job' && data.status === 'COMPLETED' && data.processed === DOCUMENTS;
    const beganAtMs = performance.now();
    const watching = Array.from({ length: CLIENTS - DEAF_CLIENTS }, () =>
      readEvents(`${server.url}/api/v1/jobs/many/live`, isEnd),
    );
    for (let i = 0; i < DEAF_CLIENTS; i++) deaf.push(deafClient(server.url, '/api/v1/jobs/many/live'));
    const atRestMb = server.residentMb();
    const residentMb: number[] = [];
    const looking = setInterval(() => residentMb.push(server.residentMb()), 100);

    const answer = (await (await stream(DOCUMENTS)).json()) as { accepted: unknown };
    expect(answer.accepted).toMatchObject({ added: DOCUMENTS - 100, known: 100, rejected: 0 });
    const watched = await Promise.all(watching);
    clearInterval(looking);
    const seconds = (performance.now() - beganAtMs) / 1000;

    for (const events of watched) {
      const jobs = events.filter(({ event }) => event === 'job');
      expect(jobs.at(-1)?.data).toMatchObject({ status: 'COMPLETED', processed: DOCUMENTS, remaining: 0 });
      expect(jobs.length / seconds).toBeLessThan(MAX_UPDATES_PER_SECOND * SLACK);
    }
    const peaks = [0, 1, 2, 3].map((quarter) => {
      const from = Math.floor((quarter * residentMb.length) / 4);
      return Math.round(Math.max(...residentMb.slice(from, from + Math.ceil(residentMb.length / 4))));
    });
    console.log(
      `${DOCUMENTS} documents, ${CLIENTS} clients: ${Math.round(DOCUMENTS / seconds)} documents/s; ${Math.round(atRestMb)} MB before, at most ${peaks.join(', ')} MB by quarters`,
    );
    expect(Math.max(...peaks)).toBeLessThan(MAX_RESIDENT_MB);
  } finally {
    for (const socket of deaf) socket.destroy();
    await server.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
