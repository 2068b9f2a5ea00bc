import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { ModelRequest } from '../language-model.ts';

/**
 * How an answer's shape can be asked for, best first: by its JSON Schema, as the arguments of a tool that must be called, as
 * any JSON, in words alone. A server that refuses one, or takes no notice, is asked in the next from then on.
 */
export const ANSWER_FORMATS = ['schema', 'tool', 'json', 'words'] as const;
export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

/** What a server writes in its refusal when it does not know the format. */
const REFUSALS: Readonly<Record<AnswerFormat, RegExp | null>> = {
  schema: /response_?format|response_?schema|response_?mime|json_?schema|structured|guided|grammar|json mode/i,
  tool: /tool|function/i,
  json: /response_?format|response_?mime|json_?object|json mode/i,
  words: null,
};
const REFUSING_STATUSES: ReadonlySet<number> = new Set([400, 404, 422, 500, 501]);
const TOOL = 'answer';

/** The format to try when a server does not know this one; null after the last. */
export function nextFormat(format: AnswerFormat): AnswerFormat | null {
  return ANSWER_FORMATS[ANSWER_FORMATS.indexOf(format) + 1] ?? null;
}

/** Whether a refusal is one of the format, and not of the request. */
export function refusesFormat(format: AnswerFormat, statusCode: number, body: string): boolean {
  return REFUSING_STATUSES.has(statusCode) && (REFUSALS[format]?.test(body) ?? false);
}

/** The part of a call that asks for an answer of the request's schema. */
export function callOptionsFor(
  format: AnswerFormat,
  { system, user, schema }: ModelRequest,
): Pick<LanguageModelV4CallOptions, 'prompt' | 'responseFormat' | 'tools' | 'toolChoice'> {
  const instructions = format === 'json' || format === 'words' ? inWords(system, schema) : system;
  const prompt: LanguageModelV4CallOptions['prompt'] = [
    { role: 'system', content: instructions },
    { role: 'user', content: [{ type: 'text', text: user }] },
  ];
  switch (format) {
    case 'schema':
      return { prompt, responseFormat: { type: 'json', name: TOOL, schema } };
    case 'tool':
      return {
        prompt,
        tools: [{ type: 'function', name: TOOL, description: 'Takes the answer.', inputSchema: schema }],
        toolChoice: { type: 'tool', toolName: TOOL },
      };
    case 'json':
      return { prompt, responseFormat: { type: 'json' } };
    case 'words':
      return { prompt };
    default:
      return format satisfies never;
  }
}

function inWords(system: string, schema: ModelRequest['schema']): string {
  return `${system}\n\nAnswer with one JSON value of this JSON Schema and nothing else:\n${JSON.stringify(schema)}`;
}
