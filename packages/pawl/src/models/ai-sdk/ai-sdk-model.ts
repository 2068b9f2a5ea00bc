import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Content } from '@ai-sdk/provider';
import type { AnswerFinish, LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import type { ModelAddress } from '../model-address.ts';
import { isFormatRefusal, toStageError } from './model-error.ts';
import { readRateAllowance } from './rate-headers.ts';

/** How an answer's shape can be asked for, best first. A server that refuses one is asked in the next from then on. */
const FORMATS = ['schema', 'json', 'words'] as const;
type AnswerFormat = (typeof FORMATS)[number];

/** A model of the AI SDK, for answers of a schema and for any JSON. */
export type CreateSdkModel = (format: AnswerFormat) => Promise<LanguageModelV4>;

/** A language model reached through the AI SDK, without the SDK's own retries. */
export class AiSdkModel implements LanguageModel {
  readonly provider: string;
  readonly model: string;
  readonly #create: CreateSdkModel;
  readonly #models = new Map<AnswerFormat, Promise<LanguageModelV4>>();
  #format: AnswerFormat = FORMATS[0];

  constructor({ provider, model, baseUrl }: ModelAddress, create: CreateSdkModel) {
    this.provider = baseUrl === null ? provider : `${provider} ${withoutSecrets(baseUrl)}`;
    this.model = model;
    this.#create = create;
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    for (;;) {
      const format = this.#format;
      try {
        return await this.#askAs(format, request, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const next = FORMATS[FORMATS.indexOf(format) + 1];
        if (next === undefined || !isFormatRefusal(error)) throw toStageError(error);
        this.#format = next;
      }
    }
  }

  async #askAs(format: AnswerFormat, request: ModelRequest, abortSignal: AbortSignal): Promise<ModelAnswer> {
    const model = await this.#modelFor(format);
    const { content, structuredOutputText, finishReason, usage, response } = await model.doGenerate({
      prompt: [
        { role: 'system', content: request.system },
        { role: 'user', content: [{ type: 'text', text: request.user }] },
      ],
      maxOutputTokens: request.maxOutputTokens,
      temperature: 0,
      responseFormat: responseFormat(format, request),
      abortSignal,
    });
    const allowance = readRateAllowance(response?.headers ?? {}, Date.now());
    return {
      text: structuredOutputText ?? textOf(content),
      finish: finishOf(finishReason.unified, hasRefusal(response?.body)),
      inputTokens: usage.inputTokens.total ?? null,
      outputTokens: usage.outputTokens.total ?? null,
      ...(allowance === null ? {} : { allowance }),
    };
  }

  #modelFor(format: AnswerFormat): Promise<LanguageModelV4> {
    const known = this.#models.get(format) ?? this.#create(format);
    this.#models.set(format, known);
    return known;
  }
}

function responseFormat(
  format: AnswerFormat,
  { schema }: ModelRequest,
): NonNullable<LanguageModelV4CallOptions['responseFormat']> {
  if (format === 'words') return { type: 'text' };
  if (format === 'json') return { type: 'json' };
  return { type: 'json', name: 'events', schema };
}

function textOf(content: readonly LanguageModelV4Content[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function finishOf(unified: string, refused: boolean): AnswerFinish {
  if (refused) return 'refused';
  if (unified === 'stop' || unified === 'length') return unified;
  return unified === 'content-filter' ? 'filtered' : 'other';
}

/** Chat completions say a refusal beside the content; the SDK hands its words on as if they were the answer. */
function hasRefusal(body: unknown): boolean {
  const choices = (body as { choices?: unknown } | null | undefined)?.choices;
  const [first] = Array.isArray(choices) ? choices : [];
  const refusal = (first as { message?: { refusal?: unknown } } | undefined)?.message?.refusal;
  return typeof refusal === 'string' && refusal !== '';
}

function withoutSecrets(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return origin + (pathname === '/' ? '' : pathname);
}
