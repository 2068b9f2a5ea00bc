import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { ERROR_CATALOGUE, type ErrorCode, isPawlError, messageOf } from '../domain/errors.ts';
import type { Problem } from './api/problem.ts';

const PROBLEM_TYPE = 'application/problem+json';
/** What a message of an error may quote of a request or a document. */
const MAX_DETAIL_LENGTH = 2_000;

/** The HTTP status of each code that a request can meet; a code that is not here is a defect: 500. */
const STATUS_BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_request: 400,
  invalid_setting: 400,
  invalid_batch_id: 400,
  input_unreadable: 400,
  sink_unfit: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown_route: 404,
  unknown_batch: 404,
  unknown_document: 404,
  unknown_storyline: 404,
  no_result: 404,
  refused_transition: 409,
  pipeline_differs: 409,
  is_collection: 409,
  batch_is_running: 409,
  batch_exists: 409,
  input_taken_over: 409,
  too_large: 413,
  unsupported_type: 415,
  invalid_json: 422,
  no_text: 422,
  invalid_id: 422,
  too_long: 422,
  out_of_memory: 422,
  key_reused: 422,
  rate_limited: 429,
  invalid_answer: 502,
  answer_cut_off: 502,
  answer_filtered: 502,
  answer_refused: 502,
  context_too_long: 502,
  provider_rejected: 502,
  provider_failed: 502,
  timeout: 504,
  server_busy: 503,
  budget_reached: 503,
  server_stopping: 503,
  checkpoint_busy: 503,
  provider_unavailable: 503,
  provider_unauthorized: 503,
  disk_full: 507,
};

const RETRY_AFTER_SECONDS = 2;

/** Fastify's own errors in the words of the catalogue. */
const CODES_OF_FASTIFY: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_type',
  FST_ERR_NOT_FOUND: 'unknown_route',
};

/** What is wrong with a request, and with which status it is answered. */
interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly errors?: Problem['errors'];
}

/** Answers a request that failed with problem details (RFC 9457); what is no answer to the request is logged. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) request.log.error({ err: error, code: refusal.code }, 'request failed');
  if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer realm="pawl"');
  if (refusal.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(refusal.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problemOf(refusal, request.id));
}

function problemOf({ code, status, detail, errors }: Refusal, requestId: string): Problem {
  const { meaning, remedy } = ERROR_CATALOGUE[code];
  return {
    type: `urn:pawl:error:${code}`,
    title: meaning,
    status,
    detail: detail.slice(0, MAX_DETAIL_LENGTH).toWellFormed(),
    code,
    remedy,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors }),
  };
}

function refusalOf(error: unknown): Refusal {
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  if (isPawlError(error)) {
    return { code: error.code, status: STATUS_BY_CODE[error.code] ?? 500, detail: error.message };
  }
  const { code = '', statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  const known = CODES_OF_FASTIFY[code] ?? (statusCode < 500 ? 'invalid_request' : undefined);
  // The message of a defect may quote anything: it is for the log.
  if (known === undefined || isResponseSerializationError(error))
    return { code: 'unexpected', status: 500, detail: 'The request failed; the log has the reason.' };
  return { code: known, status: STATUS_BY_CODE[known] ?? statusCode, detail: messageOf(error) };
}

function invalid(error: Error & { readonly validation: unknown; readonly validationContext?: string }): Refusal {
  const issues = error.validation as readonly { readonly instancePath: string; readonly message: string }[];
  const place = error.validationContext ?? 'request';
  const errors = issues.slice(0, 20).map(({ instancePath, message }) => ({
    pointer: `/${place}${instancePath}`,
    message,
  }));
  const detail = errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  return { code: 'invalid_request', status: 400, detail, errors };
}
