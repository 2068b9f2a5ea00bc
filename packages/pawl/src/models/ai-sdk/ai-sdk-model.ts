import { APICallError, type LanguageModelV4, type LanguageModelV4Content } from '@ai-sdk/provider';
import type { AnswerFinish, LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import type { ModelAddress } from '../model-address.ts';
import { placeOf } from '../model-name.ts';
import { ANSWER_FORMATS, type AnswerFormat, callOptionsFor, nextFormat, refusesFormat } from './answer-format.ts';
import { toStageError } from './model-error.ts';
import { readRateAllowances } from './rate-headers.ts';

/** A model of the AI SDK that can be asked for answers in a format. */
export type CreateSdkModel = (format: AnswerFormat) => Promise<LanguageModelV4>;

const PROBE: ModelRequest = {
  system: 'You are asked whether you are there.',
  user: 'Answer with {}.',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
  maxOutputTokens: 16,
};

/** A language model reached through the AI SDK, without the SDK's own retries: each question is one request. */
export class AiSdkModel implements LanguageModel {
  readonly provider: string;
  readonly model: string;
  readonly #create: CreateSdkModel;
  readonly #models = new Map<AnswerFormat, Promise<LanguageModelV4>>();
  #format: AnswerFormat = ANSWER_FORMATS[0];
  /** Whether an answer has shown that the server heeds the format. */
  #isHeeded = false;

  constructor(address: ModelAddress, create: CreateSdkModel) {
    this.provider = placeOf(address);
    this.model = address.model;
    this.#create = create;
  }

  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    let format = this.#format;
    for (;;) {
      try {
        const answer = await this.#askAs(format, request, signal);
        this.#learn(format, answer);
        return answer;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const next = nextFormat(format);
        if (next === null || !isRefused(format, error)) throw toStageError(error);
        this.#leave(format, next);
        format = this.#format;
      }
    }
  }

  async probe(signal: AbortSignal): Promise<void> {
    try {
      await this.#askAs(this.#format, PROBE, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = toStageError(error);
      if (failure.fault !== 'permanent') throw failure;
    }
  }

  async close(): Promise<void> {}

  async #askAs(format: AnswerFormat, request: ModelRequest, abortSignal: AbortSignal): Promise<ModelAnswer> {
    const model = await this.#modelFor(format);
    const { content, structuredOutputText, finishReason, usage, response } = await model.doGenerate({
      ...callOptionsFor(format, request),
      maxOutputTokens: request.maxOutputTokens,
      temperature: 0,
      abortSignal,
    });
    const allowances = readRateAllowances(response?.headers ?? {}, Date.now());
    return {
      text: structuredOutputText ?? textOf(content),
      finish: finishOf(finishReason.unified, hasRefusal(response?.body)),
      inputTokens: usage.inputTokens.total ?? null,
      outputTokens: usage.outputTokens.total ?? null,
      cached: false,
      ...(allowances.length === 0 ? {} : { allowances }),
    };
  }

  #modelFor(format: AnswerFormat): Promise<LanguageModelV4> {
    const known = this.#models.get(format) ?? this.#create(format);
    this.#models.set(format, known);
    return known;
  }

  /** A complete answer without any JSON in it shows a server that took no notice of the format. The answer is kept: it is paid for. */
  #learn(format: AnswerFormat, { text, finish }: ModelAnswer): void {
    if (this.#isHeeded || finish !== 'stop' || text === '') return;
    if (/[{[]/.test(text)) {
      this.#isHeeded = true;
      return;
    }
    const next = nextFormat(format);
    if (next !== null) this.#leave(format, next);
  }

  /** Requests that were under way at the same time find out the same; the first of them settles it. */
  #leave(format: AnswerFormat, next: AnswerFormat): void {
    if (this.#format === format) this.#format = next;
  }
}

function isRefused(format: AnswerFormat, error: unknown): boolean {
  if (!APICallError.isInstance(error)) return false;
  const { statusCode = 0, responseBody = '' } = error;
  return refusesFormat(format, statusCode, responseBody);
}

/** The arguments of the tool, where one was called; else the text. */
function textOf(content: readonly LanguageModelV4Content[]): string {
  const called = content.find((part) => part.type === 'tool-call');
  if (called !== undefined) return called.input;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function finishOf(unified: string, refused: boolean): AnswerFinish {
  if (refused) return 'refused';
  if (unified === 'stop' || unified === 'tool-calls') return 'stop';
  if (unified === 'length') return unified;
  return unified === 'content-filter' ? 'filtered' : 'other';
}

/** Chat completions say a refusal beside the content; the SDK hands its words on as if they were the answer. */
function hasRefusal(body: unknown): boolean {
  const choices = (body as { choices?: unknown } | null | undefined)?.choices;
  const [first] = Array.isArray(choices) ? choices : [];
  const refusal = (first as { message?: { refusal?: unknown } } | undefined)?.message?.refusal;
  return typeof refusal === 'string' && refusal !== '';
}
