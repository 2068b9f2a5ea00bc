import { bearerToken, tokenWanted } from './token.ts';

/** Where the API begins; relative, so that the page also works behind a proxy's path. */
const API = 'api/v1';

/** A refusal of the server (RFC 9457), or the server being out of reach. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The address of a route of the API; values are encoded, those that are undefined left out. */
export function apiPath(
  parts: readonly string[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  const path = [API, ...parts.map((part) => encodeURIComponent(part.toWellFormed()))].join('/');
  return search === '' ? path : `${path}?${search}`;
}

/** Asks the server and reads its answer as JSON. @throws {ApiError} */
export async function requestJson<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const response = await requestApi(path, request);
  return (await response.json()) as T;
}

/** Asks the server; the answer is one of success. A 401 also makes the page ask for a token. @throws {ApiError} */
export async function requestApi(path: string, request: ApiRequest = {}): Promise<Response> {
  const { method = 'GET', body, headers, signal } = request;
  const response = await fetch(path, {
    method,
    headers: {
      ...authorization(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The server does not answer.');
  });
  if (response.ok) return response;
  throw refusal(response.status, await response.text().catch(() => ''));
}

export function authorization(): Record<string, string> {
  const token = bearerToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The error of an answer that is none of success. */
export function refusal(status: number, text: string): ApiError {
  if (status === 401) tokenWanted.value = true;
  return new ApiError(status, problemMessage(text) ?? `The server answers with status ${status}.`);
}

function problemMessage(text: string): string | null {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    return [detail, title].find((part): part is string => typeof part === 'string' && part !== '') ?? null;
  } catch {
    return null;
  }
}
