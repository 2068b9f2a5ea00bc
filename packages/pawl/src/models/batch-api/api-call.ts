import { messageOf } from '../../domain/errors.ts';
import { parseRetryAfter } from '../retry-after.ts';

const MAX_SAID_CHARS = 300;
/** Longer lines are not read. */
const MAX_LINE_CHARS = 32 * 1024 * 1024;

/** A call of a batch API that had no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Null when there was no answer: what was asked for may have been done all the same. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(status: number | null, message: string, options: ErrorOptions & { retryAfterMs?: number | null } = {}) {
    super(message, options);
    this.status = status;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Whether what was asked for is certain not to have been done. */
  get isRefusal(): boolean {
    return this.status !== null && this.status >= 400 && this.status < 500 && this.status !== 408;
  }
}

/** Where a batch API is, and with what it is reached. */
export interface ApiAddress {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Longest time one call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** @throws {ApiError}; the signal's reason when aborted */
export async function callApi(
  { baseUrl, headers, timeoutMs }: ApiAddress,
  path: string,
  init: Omit<RequestInit, 'headers' | 'signal'> & { readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Response> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const request = { ...init, headers: { ...headers, ...init.headers }, signal: limited, redirect: 'manual' } as const;
  const response = await fetch(baseUrl + path, request).catch((error: unknown) => {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : '';
    throw new ApiError(null, `No answer from ${new URL(baseUrl).origin}: ${messageOf(error)}${cause}`, {
      cause: error,
    });
  });
  if (response.ok) return response;
  const said = await response.text().catch(() => '');
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  throw new ApiError(response.status, `HTTP ${response.status}: ${said.slice(0, MAX_SAID_CHARS)}`, { retryAfterMs });
}

/** As {@link callApi}, for an answer that is JSON. */
export async function callApiForJson<T>(...call: Parameters<typeof callApi>): Promise<T> {
  const [address, , , signal] = call;
  const response = await callApi(...call);
  try {
    return (await response.json()) as T;
  } catch (error) {
    signal.throwIfAborted();
    throw new ApiError(null, `Half an answer from ${new URL(address.baseUrl).origin}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The lines of a response as JSON; a last line that was cut off is an {@link ApiError}. */
export async function* jsonLines(response: Response, signal: AbortSignal): AsyncGenerator<unknown> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_CHARS) throw new Error(`a line is longer than ${MAX_LINE_CHARS} characters`);
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
    }
    rest += decoder.decode();
    if (rest.trim() !== '') yield JSON.parse(rest);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw new ApiError(null, `The results cannot be read to their end: ${messageOf(error)}`, { cause: error });
  }
}
