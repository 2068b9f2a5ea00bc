import { APICallError, type APICallError as ApiError } from '@ai-sdk/provider';
import { messageOf } from '../../domain/errors.ts';
import { StageError, type StageErrorOptions } from '../../domain/stage-error.ts';
import { readRetryAfter } from './rate-headers.ts';

const MAX_SAID_CHARS = 300;
const MAX_KEPT_CHARS = 64 * 1024;

/** Not this document's fault, and asking again soon may help. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 503, 504, 529]);
/** Nothing this provider is asked will be answered until somebody mends the key, the account or the address. */
const UNUSABLE: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410]);

/** What an error of the AI SDK means for the stage: whose fault it is, and how long to wait at least. */
export function toStageError(error: unknown): StageError {
  if (error instanceof StageError) return error;
  if (!APICallError.isInstance(error)) {
    const message = `The answer cannot be read: ${messageOf(error)}`;
    return new StageError('transient', 'invalid_answer', message, { cause: error });
  }
  const { statusCode } = error;
  const options = optionsOf(error);
  if (statusCode === undefined) return unreachable(error, options);
  if (statusCode < 300) return new StageError('transient', 'invalid_answer', brokenOff(error), options);
  const message = `HTTP ${statusCode}: ${saidBy(error)}`;
  if (isQuota(error) || (UNUSABLE.has(statusCode) && statusCode !== 404)) {
    return new StageError('unavailable', 'provider_unauthorized', message, options);
  }
  if (OVERLOADED.has(statusCode) || UNUSABLE.has(statusCode)) {
    return new StageError('unavailable', 'provider_unavailable', message, options);
  }
  if (statusCode === 408 || statusCode >= 500) return new StageError('transient', 'provider_failed', message, options);
  const code = isTooLong(error) ? 'context_too_long' : isFilter(error) ? 'answer_filtered' : 'provider_rejected';
  return new StageError('permanent', code, message, options);
}

/** Whether a server refuses the way in which an answer's shape was asked for, and not the request. */
export function isFormatRefusal(error: unknown): boolean {
  if (!APICallError.isInstance(error)) return false;
  const { statusCode = 0, responseBody = '' } = error;
  const refused = statusCode === 400 || statusCode === 422 || statusCode === 501;
  return refused && /response_format|json_schema|json_object|structured|grammar|schema/i.test(responseBody);
}

/** How a server said that it has too much to do; null when it said something else. */
export function overloadOf(error: StageError): 'too_many' | 'too_fast' | null {
  const { cause } = error;
  if (error.code !== 'provider_unavailable' || !APICallError.isInstance(cause)) return null;
  if (cause.statusCode === 503 || cause.statusCode === 529) return 'too_many';
  if (cause.statusCode !== 429) return null;
  return /concurren|too many (simultaneous|parallel)|in[- ]flight/i.test(cause.responseBody ?? '')
    ? 'too_many'
    : 'too_fast';
}

function optionsOf(error: ApiError): StageErrorOptions {
  const retryAfterMs = readRetryAfter(error.responseHeaders ?? {}, Date.now());
  const { responseBody } = error;
  return {
    cause: error,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(responseBody === undefined ? {} : { rawAnswer: responseBody.slice(0, MAX_KEPT_CHARS) }),
  };
}

function unreachable(error: ApiError, options: StageErrorOptions): StageError {
  const cause = error.cause === undefined ? '' : ` (${messageOf(error.cause)})`;
  const message = `No answer from ${new URL(error.url).origin}: ${error.message}${cause}`;
  return new StageError('unavailable', 'provider_unavailable', message, options);
}

function brokenOff(error: ApiError): string {
  return `The answer is broken: ${error.message}${error.cause === undefined ? '' : ` (${messageOf(error.cause)})`}`;
}

function saidBy(error: ApiError): string {
  const said = error.message.trim() === '' ? (error.responseBody ?? '') : error.message;
  return said.replace(/\s+/g, ' ').trim().slice(0, MAX_SAID_CHARS);
}

function isQuota({ statusCode, responseBody = '' }: ApiError): boolean {
  return statusCode === 429 && /insufficient_quota|quota exceeded|billing|credit balance/i.test(responseBody);
}

function isTooLong({ responseBody = '', message }: ApiError): boolean {
  return /context[_ ]length|context window|maximum context|too many tokens|prompt is too long|input is too long/i.test(
    `${message} ${responseBody}`,
  );
}

function isFilter({ responseBody = '' }: ApiError): boolean {
  return /content_filter|content_policy|safety/i.test(responseBody);
}
