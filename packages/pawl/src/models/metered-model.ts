import type { Reservation, StageCall } from '../domain/stage-call.ts';
import type { Usage, UsageBound } from '../domain/usage.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from './language-model.ts';
import type { TokenPrice } from './price-list.ts';

/** What a server adds to a prompt at most: roles, the marks between messages, the instructions for structured output. */
const OVERHEAD_TOKENS = 1_000;
/** Of text, where a server does not say how many tokens it counted; on the high side. */
const BYTES_PER_TOKEN = 3;

/**
 * Asks the budget before each request and puts down what each answer took. Stands below the answer cache, so that a stored
 * answer costs nothing, and above whatever repeats a request that failed.
 */
export class MeteredModel implements LanguageModel {
  readonly #inner: LanguageModel;
  readonly #price: TokenPrice | null;

  constructor(inner: LanguageModel, price: TokenPrice | null) {
    this.#inner = inner;
    this.#price = price;
  }

  get provider(): string {
    return this.#inner.provider;
  }

  get model(): string {
    return this.#inner.model;
  }

  async ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    const reservation = await call.reserve(mostFor(request, this.#price));
    return this.#askWithin(reservation, request, signal, call);
  }

  probe(signal: AbortSignal): Promise<void> {
    return this.#inner.probe(signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #askWithin(
    reservation: Reservation,
    request: ModelRequest,
    signal: AbortSignal,
    call: StageCall,
  ): Promise<ModelAnswer> {
    try {
      signal.throwIfAborted();
      const answer = await this.#inner.ask(request, signal, call);
      reservation.settle(usageOf(this, this.#price, request, answer));
      return answer;
    } finally {
      reservation.settle(null);
    }
  }
}

/** The most that a request may take: a token of a byte-level vocabulary is at least a byte. */
export function mostFor(request: ModelRequest, price: TokenPrice | null): UsageBound {
  const inputTokens = mostInputTokens(request);
  const outputTokens = request.maxOutputTokens;
  return { tokens: inputTokens + outputTokens, costNanos: costOf(price, inputTokens, outputTokens) };
}

/** What an answer took. */
export function usageOf(
  { provider, model }: Pick<LanguageModel, 'provider' | 'model'>,
  price: TokenPrice | null,
  request: Pick<ModelRequest, 'system' | 'user'>,
  answer: ModelAnswer,
): Usage {
  const inputTokens = answer.inputTokens ?? tokensOfText(request.system + request.user);
  const outputTokens = answer.outputTokens ?? tokensOfText(answer.text);
  const costNanos = costOf(price, inputTokens, outputTokens);
  return {
    provider,
    model,
    requests: 1,
    inputTokens,
    outputTokens,
    costNanos: costNanos ?? 0,
    unpricedTokens: costNanos === null ? inputTokens + outputTokens : 0,
  };
}

function mostInputTokens({ system, user, schema }: ModelRequest): number {
  const texts = [system, user, JSON.stringify(schema)];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), OVERHEAD_TOKENS);
}

function tokensOfText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Rounded up, so that many small answers never cost more than is counted. */
function costOf(price: TokenPrice | null, inputTokens: number, outputTokens: number): number | null {
  return price === null ? null : Math.ceil(inputTokens * price.inputNanos + outputTokens * price.outputNanos);
}
