import { messageOf } from '../../domain/errors.ts';
import { StageError } from '../../domain/stage-error.ts';
import { parseRetryAfter } from '../../models/retry-after.ts';

/** Answers beyond this are not read. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** No document is at fault: the service is overloaded or down, or what is asked for is not at this address. */
const UNAVAILABLE: ReadonlySet<number> = new Set([404, 405, 410, 429, 502, 503, 504]);
/** What is kept of an answer that cannot be used. */
export const MAX_KEPT_CHARS = 64 * 1024;

/**
 * Posts JSON and returns the parsed answer.
 * @throws {StageError} `unavailable` when nobody answers, the service refuses all work for now (401, 402, 403, 429, 502,
 *   503, 504), or is elsewhere (3xx, 404, 405, 410); `transient` for 408, 500, other 5xx and answers that are no JSON; `permanent` for other refusals. The signal's
 *   reason when it is aborted.
 */
export async function postJson(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await send(url, body, headers, signal);
  const text = await readAnswer(response, signal);
  if (!response.ok) throw refusal(response, text);
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `The answer is not JSON: ${messageOf(error)}`;
    throw new StageError('transient', 'invalid_answer', message, { rawAnswer: text.slice(0, MAX_KEPT_CHARS) });
  }
}

async function send(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual', // a document goes to the service the user named and nowhere else
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new StageError('unavailable', 'provider_unavailable', `No answer from ${url.origin}: ${causeOf(error)}`);
  }
}

async function readAnswer(response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof StageError) throw error;
    throw new StageError('transient', 'invalid_answer', `The answer broke off: ${causeOf(error)}`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): StageError {
  return new StageError('permanent', 'invalid_answer', `The answer is larger than ${MAX_ANSWER_BYTES >> 20} MiB.`);
}

function refusal(response: Response, text: string): StageError {
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  const said = text.trim().slice(0, 200);
  const message = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const options = {
    rawAnswer: text.slice(0, MAX_KEPT_CHARS),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  if (status === 401 || status === 402 || status === 403) {
    return new StageError('unavailable', 'provider_unauthorized', message, options);
  }
  if (UNAVAILABLE.has(status) || (status >= 300 && status < 400)) {
    return new StageError('unavailable', 'provider_unavailable', message, options);
  }
  if (status === 408 || status >= 500) return new StageError('transient', 'provider_failed', message, options);
  return new StageError('permanent', 'provider_rejected', message, options);
}

/** fetch hides what happened in the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause) || String((cause as { code?: unknown }).code);
}
