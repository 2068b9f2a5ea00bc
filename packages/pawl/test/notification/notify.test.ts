import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BatchView } from '../../src/engine/describe-batch.ts';
import { type Notification, notify } from '../../src/notification/notify.ts';

const NOTIFICATION: Notification = {
  event: 'paused',
  reason: '$(touch owned) `touch owned` "; touch owned',
  at: '2026-01-01T00:00:00.000Z',
  batch: { batch_id: 'news' } as BatchView,
};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

test('a command gets the news as JSON on its standard input, never in its command line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-notify-'));
  const file = join(folder, 'told.json');
  expect(await notify(`cat > '${file}'; ls '${folder}' >> '${file}'`, NOTIFICATION)).toBeNull();
  const [news, ...files] = (await readFile(file, 'utf8')).trim().split('\n');
  expect(JSON.parse(news!)).toEqual(NOTIFICATION);
  expect(files).toEqual(['told.json']);
});

test('an address gets the news by POST', async () => {
  let body = '';
  const url = await serve(async (request, response) => {
    for await (const chunk of request) body += chunk;
    response.writeHead(request.method === 'POST' ? 204 : 405).end();
  });
  expect(await notify(url, NOTIFICATION)).toBeNull();
  expect(JSON.parse(body)).toEqual(NOTIFICATION);
});

test('a command that fails, is missing, or does not read is told apart from one that worked', async () => {
  expect(await notify('echo broken >&2; exit 7', NOTIFICATION)).toBe('it ended with exit code 7: broken');
  expect(await notify('/no/such/command', NOTIFICATION)).toMatch(/exit code 127/);
  expect(await notify('true', NOTIFICATION)).toBeNull();
});

test('an address that refuses, redirects or is not there is a problem, not an exception', async () => {
  const refusing = await serve((_, response) => response.writeHead(500).end());
  const redirecting = await serve((_, response) => response.writeHead(302, { location: refusing }).end());
  expect(await notify(refusing, NOTIFICATION)).toBe('it answered with status 500');
  expect(await notify(redirecting, NOTIFICATION)).not.toBeNull();
  expect(await notify('http://127.0.0.1:1/', NOTIFICATION)).not.toBeNull();
});
