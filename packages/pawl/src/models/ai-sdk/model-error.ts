import { APICallError, type APICallError as ApiError } from '@ai-sdk/provider';
import { messageOf } from '../../domain/errors.ts';
import { StageError, type StageErrorOptions } from '../../domain/stage-error.ts';
import { type Overload, OverloadError } from '../overload-error.ts';
import { readRetryAfter } from './rate-headers.ts';

const MAX_SAID_CHARS = 300;
const MAX_KEPT_CHARS = 64 * 1024;

/** Nothing this provider is asked will be answered until somebody mends the key or the account. */
const UNAUTHORIZED: ReadonlySet<number> = new Set([401, 402, 403]);
/** What is asked for is not at this address. */
const ELSEWHERE: ReadonlySet<number> = new Set([404, 405, 410]);
/** Too much to do: not this document's fault, and asking again soon may help. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 503, 529]);
/** The connection was there, and then it was not: the server, or something on the way, dropped it. */
const BROKEN_CONNECTION: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/**
 * What an error of the AI SDK means for the stage: whose fault it is, and how long to wait at least. `transient` means that
 * no answer came, so that nothing is lost by asking again.
 */
export function toStageError(error: unknown): StageError {
  if (error instanceof StageError) return error;
  if (!APICallError.isInstance(error)) {
    const message = `The answer cannot be read: ${messageOf(error)}`;
    return new StageError('transient', 'invalid_answer', message, { cause: error });
  }
  const { statusCode } = error;
  const options = optionsOf(error);
  if (statusCode === undefined) return notReached(error, options);
  if (statusCode < 300) return new StageError('transient', 'invalid_answer', brokenOff(error), options);
  const message = `HTTP ${statusCode}: ${saidBy(error)}`;
  if (UNAUTHORIZED.has(statusCode) || isQuota(error)) {
    return new StageError('unavailable', 'provider_unauthorized', message, options);
  }
  if (OVERLOADED.has(statusCode)) return new OverloadError(overloadOf(error), message, options);
  if (ELSEWHERE.has(statusCode) || statusCode < 400) {
    return new StageError('unavailable', 'provider_unavailable', message, options);
  }
  if (statusCode === 408 || statusCode >= 500) return new StageError('transient', 'provider_failed', message, options);
  return new StageError('permanent', refusalCode(error), message, options);
}

/** Which of its limits a server means. Most say it in words; 503 and 529 are said when there is too much at once. */
function overloadOf({ statusCode, responseBody = '' }: ApiError): Overload {
  if (statusCode !== 429) return 'too_many';
  if (/concurren|simultaneous|parallel|in[- ]?flight|at once|at the same time/i.test(responseBody)) return 'too_many';
  const ofTime = /per (second|minute|hour|day)|\/ ?(s|sec|min|minute)\b|\b[rt]p[msd]\b|per_?(minute|day)/i;
  return ofTime.test(responseBody) ? 'too_fast' : 'unsaid';
}

function optionsOf(error: ApiError): StageErrorOptions {
  const { responseBody } = error;
  const retryAfterMs = readRetryAfter(error.responseHeaders ?? {}, responseBody ?? '', Date.now());
  return {
    cause: error,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(responseBody === undefined ? {} : { rawAnswer: responseBody.slice(0, MAX_KEPT_CHARS) }),
  };
}

function notReached(error: ApiError, options: StageErrorOptions): StageError {
  const { message, code } = innermostCause(error);
  const { origin } = new URL(error.url);
  if (BROKEN_CONNECTION.has(code)) {
    const said = `The connection to ${origin} broke before the answer came: ${message}`;
    return new StageError('transient', 'provider_failed', said, options);
  }
  return new StageError('unavailable', 'provider_unavailable', `No answer from ${origin}: ${message}`, options);
}

/** fetch hides what happened in the cause, and that of several addresses in a list. */
function innermostCause(error: Error): { readonly message: string; readonly code: unknown } {
  let innermost: unknown = error;
  for (let depth = 0; depth < 8 && innermost instanceof Error; depth++) {
    const within: unknown = innermost instanceof AggregateError ? innermost.errors[0] : innermost.cause;
    if (within === undefined) break;
    innermost = within;
  }
  const code = (innermost as { code?: unknown } | null)?.code;
  return { message: messageOf(innermost) || String(code), code };
}

function brokenOff(error: ApiError): string {
  return `The answer is broken: ${innermostCause(error).message}`;
}

function saidBy(error: ApiError): string {
  const said = error.message.trim() === '' ? (error.responseBody ?? '') : error.message;
  return said.replace(/\s+/g, ' ').trim().slice(0, MAX_SAID_CHARS);
}

/** Google says "quota" of its limits per minute too, but then it says when to come back. */
function isQuota({ statusCode, responseBody = '' }: ApiError): boolean {
  if (statusCode !== 429 || /retryDelay|retry in/i.test(responseBody)) return false;
  return /insufficient_quota|exceeded your current quota|credit balance|billing/i.test(responseBody);
}

function refusalCode(error: ApiError): 'context_too_long' | 'answer_filtered' | 'provider_rejected' {
  const said = `${error.message} ${error.responseBody ?? ''}`;
  const tooLong =
    /context[_ ](length|window|size)|maximum context|too many tokens|(prompt|input) is too long|exceeds? the (model|available context)/i;
  if (error.statusCode === 413 || tooLong.test(said)) return 'context_too_long';
  return /content_filter|content_policy|content management policy|safety/i.test(said)
    ? 'answer_filtered'
    : 'provider_rejected';
}
