import { createHash } from 'node:crypto';
import type { ModelRequest } from '../language-model.ts';
import type { AnswerSource } from './answer-cache.ts';

/** Grows when what is sent for one and the same request changes. */
const VERSION = 1;

/** SHA-256, in hexadecimal, of everything that decides an answer: who is asked, and what. */
export function answerKey({ provider, model }: AnswerSource, request: ModelRequest): string {
  const { system, user, schema, maxOutputTokens } = request;
  const asked = JSON.stringify([VERSION, provider, model, system, user, schema, maxOutputTokens]);
  return createHash('sha256').update(asked).digest('hex');
}
