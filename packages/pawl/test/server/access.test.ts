import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/server/access/scope.ts';
import { TokenFile } from '../../src/server/access/token-file.ts';
import { serveFolder } from './served-folder.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-access-'));
  folders.push(folder);
  return folder;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Asks with headers that fetch would not let through. */
function statusOf(url: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

describe('tokens', () => {
  test('are kept as hashes, in a file that its owner alone may read, and work until they are revoked', () => {
    const data = dataFolder();
    const tokens = new TokenFile(data);
    const token = tokens.create('ops', ['read'], Date.now());
    const path = join(data, 'tokens.json');
    expect(readFileSync(path, 'utf8')).not.toContain(token.slice('pawl_0123456789ab_'.length));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(tokens.find(token)?.name).toBe('ops');
    for (const wrong of [
      '',
      'ops',
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.slice(0, -1),
      `${token}A`,
    ]) {
      expect(tokens.find(wrong)).toBeNull();
    }
    new TokenFile(data).revoke('ops'); // by another process
    expect(tokens.find(token)).toBeNull();
  });

  test('are asked for, and each opens what its scopes say and nothing else', async () => {
    const data = dataFolder();
    const tokens = new TokenFile(data);
    const shown = Object.fromEntries(SCOPES.map((scope) => [scope, tokens.create(scope, [scope], Date.now())]));
    await using served = await serveFolder({ data, requiresToken: true, maxBatches: 0 });
    const asked = async (scope: string) => {
      const headers = bearer(shown[scope] ?? '');
      return {
        read: (await served.get('/api/v1/jobs', headers)).status,
        submit: (await served.post('/api/v1/documents/batch', { batch_id: 'b', documents: [{ text: 'a' }] }, headers))
          .status,
        control: (await served.post('/api/v1/jobs/unknown/pause', undefined, headers)).status,
        metrics: (await served.get('/metrics', headers)).status,
      };
    };
    expect(await asked('none')).toEqual({ read: 401, submit: 401, control: 401, metrics: 401 });
    expect(await asked('read')).toEqual({ read: 200, submit: 403, control: 403, metrics: 200 });
    expect(await asked('submit')).toEqual({ read: 403, submit: 202, control: 403, metrics: 403 });
    expect(await asked('control')).toEqual({ read: 403, submit: 403, control: 404, metrics: 403 });
    const refused = await served.get('/api/v1/jobs');
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(refused.body).toMatchObject({ code: 'unauthorized' });
    const history = await served.get<{ history: { by: string }[] }>('/api/v1/jobs/b/history', bearer(shown.read ?? ''));
    expect(history.body.history.map(({ by }) => by)).toEqual(['submit (token)', 'submit (token)']);

    tokens.revoke('read');
    expect((await served.get('/api/v1/jobs', bearer(shown.read ?? ''))).status).toBe(401);
  });

  test('are required before other machines can reach the server', async () => {
    await expect(serveFolder({ data: dataFolder(), host: '0.0.0.0' })).rejects.toMatchObject({ code: 'token_needed' });
  });
});

describe('a server without tokens', () => {
  test('answers no name but those of this machine, and lets no page of another origin do anything', async () => {
    await using served = await serveFolder({ maxBatches: 0, corsOrigins: ['https://desk.example'] });
    const url = `${served.url}/api/v1/jobs`;
    const { host } = new URL(served.url);
    expect(await statusOf(url, 'GET', { host })).toBe(200);
    expect(await statusOf(url, 'GET', { host: 'rebound.example' })).toBe(403);
    const pause = `${url}/x/pause`;
    expect(await statusOf(pause, 'POST', { host, origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(pause, 'POST', { host, origin: 'null' })).toBe(403);
    expect(await statusOf(pause, 'POST', { host, origin: `http://${host}` })).toBe(404);
    expect(await statusOf(pause, 'POST', { host, origin: 'https://desk.example' })).toBe(404);
  });

  test('sends headers for other origins only where they were named', async () => {
    await using closed = await serveFolder({ maxBatches: 0 });
    const origin = 'https://desk.example';
    const without = await closed.get('/api/v1/jobs', { origin });
    expect(without.headers.get('access-control-allow-origin')).toBeNull();
    await using open = await serveFolder({ maxBatches: 0, corsOrigins: [origin] });
    expect((await open.get('/api/v1/jobs', { origin })).headers.get('access-control-allow-origin')).toBe(origin);
    const other = await open.get('/api/v1/jobs', { origin: 'https://evil.example' });
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  test('lets one client ask no more than its share', async () => {
    await using served = await serveFolder({ maxBatches: 0, maxRequestsPerMinute: 3 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await served.get('/api/v1/jobs')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const limited = await served.get('/api/v1/jobs');
    expect(limited.body).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('allows its pages nothing inline and nothing from elsewhere', async () => {
    await using served = await serveFolder({ maxBatches: 0 });
    const policy = (await served.get('/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
  });
});
