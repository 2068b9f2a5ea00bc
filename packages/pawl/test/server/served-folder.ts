import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { type RunningServer, type ServeOptions, startServer } from '../../src/server/serve.ts';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A server in this process over a data folder of its own. */
export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
  readonly data: string;
  readonly server: RunningServer;
  get<Body = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** Sends JSON lines. */
  stream<Body = Record<string, unknown>>(path: string, lines: string | ReadableStream): Promise<Answer<Body>>;
  /** Asks for a batch until `isSo`. */
  until(id: string, isSo: (job: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

export async function serveFolder(options: Partial<ServeOptions> = {}): Promise<ServedFolder> {
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'pawl-server-'));
  const server = await startServer({
    data: folder,
    host: '127.0.0.1',
    port: 0,
    maxBatches: 2,
    settings: DEFAULT_SETTINGS,
    maxBodyBytes: 1024 * 1024,
    maxRequestsPerMinute: 0,
    requiresToken: false,
    corsOrigins: [],
    logLevel: 'silent',
    by: 'test',
    version: '0.0.0',
    ...options,
  });
  const ask = async (path: string, init: RequestInit) => {
    const response = await fetch(`${server.url}${path}`, init);
    const text = await response.text();
    const isJson = /json(;|$)/.test(response.headers.get('content-type') ?? '');
    const body = (
      isJson && !response.headers.get('content-type')?.includes('ndjson') ? JSON.parse(text) : text
    ) as never;
    return { status: response.status, headers: response.headers, body };
  };
  const get: ServedFolder['get'] = (path, headers = {}) => ask(path, { headers });
  return {
    url: server.url,
    data: folder,
    server,
    get,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    stream: (path, lines) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines,
        duplex: 'half',
      } as RequestInit),
    until: async (id, isSo) => {
      for (;;) {
        const { body } = await get(`/api/v1/jobs/${encodeURIComponent(id)}`);
        if (isSo(body)) return body;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await server.close(true);
      if (options.data === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const isAtRest = ({ status }: Record<string, unknown>): boolean =>
  ['COMPLETED', 'STOPPED', 'PAUSED', 'FAILED'].includes(String(status));
