import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, LocalServer, readBody } from './local-server.ts';

/** Ways of failing, each as servers and what is in front of them really do. */
export const FAULTS = [
  'too_many',
  'too_fast',
  'retry_after',
  'internal_error',
  'unavailable',
  'reset',
  'stall',
  'half',
  'wrong_json',
  'drip',
  'empty_choices',
  'length',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A request as the server got it. */
export interface ChatRequest {
  /** Hash of everything in it: the same for a request that is repeated unchanged. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly system: string;
  readonly user: string;
}

export interface ModelServerOptions {
  /** What goes wrong with a request; null for nothing. Default: nothing ever does. */
  readonly fault?: (request: ChatRequest) => Fault | null;
  /** What the model says. Default: no events. */
  readonly answer?: (request: ChatRequest) => string;
  /** How long an answer takes, in milliseconds, when so many are worked on. Default: no time. */
  readonly latencyMs?: (concurrent: number) => number;
  /** Refuses requests beyond so many at once. */
  readonly maxConcurrent?: number;
  /** Refuses requests beyond so many in a second, and at once after a rest. */
  readonly perSecond?: number;
  readonly burst?: number;
  /** Formats of an answer that it knows; it refuses others. Default: all. */
  readonly formats?: readonly ('schema' | 'tool' | 'json')[];
}

/**
 * A server that speaks the chat completions protocol, as far as pawl does, and misbehaves as a test wishes. It keeps account of
 * what it was asked and what it answered.
 */
export class ModelServer extends LocalServer {
  /** Every request that came, in order. */
  readonly requests: ChatRequest[] = [];
  /** How often each request was answered in full, length-truncated answers included. */
  readonly answered = new Map<string, number>();
  refused = 0;
  /** The most it worked on at once. */
  peak = 0;
  /** While it is not here, everything is refused. */
  state: 'here' | 'refusing' | 'unauthorized' = 'here';
  readonly #options: ModelServerOptions;
  #working = 0;
  #level: number;
  #filledAtMs = performance.now();

  private constructor(options: ModelServerOptions) {
    super();
    this.#options = options;
    this.#level = options.burst ?? 1;
  }

  static async start(options: ModelServerOptions = {}): Promise<ModelServer> {
    const server = new ModelServer(options);
    await server.comeBack();
    return server;
  }

  /** Answers sent in all. */
  get answers(): number {
    return [...this.answered.values()].reduce((sum, times) => sum + times, 0);
  }

  /** Resolves when nothing is worked on any more. */
  async idle(): Promise<void> {
    while (this.#working > 0) await sleep(5);
  }

  protected override async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    this.requests.push(request);
    if (this.state === 'unauthorized') return refuse(response, 401, 'Incorrect API key provided.');
    if (this.state === 'refusing') return this.#refuse(response, 503, 'The server is overloaded.');
    const format = formatOf(request);
    if (format !== null && this.#options.formats?.includes(format) === false) {
      return refuse(
        response,
        400,
        format === 'tool' ? 'tool_choice is not supported' : 'response_format is not supported',
      );
    }
    if (this.#working >= (this.#options.maxConcurrent ?? Number.POSITIVE_INFINITY)) {
      return this.#refuse(response, 429, 'Too many requests.');
    }
    if (!this.#takeToken()) return this.#refuse(response, 429, 'Too many requests.');
    this.#working += 1;
    this.peak = Math.max(this.peak, this.#working);
    try {
      await sleep(this.#options.latencyMs?.(this.#working) ?? 0);
    } finally {
      this.#working -= 1;
    }
    await this.#answer(request, response, this.#options.fault?.(request) ?? null);
  }

  async #answer(request: ChatRequest, response: ServerResponse, fault: Fault | null): Promise<void> {
    const content = this.#options.answer?.(request) ?? '{"events":[]}';
    switch (fault) {
      case 'too_many':
        return this.#refuse(response, 429, 'Too many concurrent requests.');
      case 'too_fast':
        return this.#refuse(response, 429, 'Rate limit reached: 600 requests per minute.');
      case 'retry_after':
        response.setHeader('retry-after-ms', '20');
        return this.#refuse(response, 429, 'Too many requests.');
      case 'internal_error':
        return refuse(response, 500, 'Internal error.');
      case 'unavailable':
        return this.#refuse(response, 503, 'Service unavailable.');
      case 'reset':
        response.destroy();
        return;
      case 'stall':
        return; // until the client gives up
      case 'half':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
        response.write('{"id":"x","choices":[{"message":{"content":"{\\"ev');
        setTimeout(() => response.destroy(), 5);
        return;
      case 'wrong_json':
        return end(response, 200, '<html>502 Bad Gateway</html>');
      case 'empty_choices':
        return end(response, 200, { ...completion(request, content, 'stop'), choices: [] });
      case 'drip':
        return this.#complete(request, response, content, 'stop', true);
      case 'length':
        return this.#complete(request, response, content.slice(0, -2), 'length', false);
      case null:
        return this.#complete(request, response, content, 'stop', false);
      default:
        fault satisfies never;
    }
  }

  async #complete(
    request: ChatRequest,
    response: ServerResponse,
    content: string,
    finish: string,
    drips: boolean,
  ): Promise<void> {
    const text = JSON.stringify(completion(request, content, finish));
    if (response.destroyed) return; // the client has gone
    response.on('finish', () => this.answered.set(request.id, (this.answered.get(request.id) ?? 0) + 1));
    response.writeHead(200, { 'content-type': 'application/json' });
    if (drips) {
      for (const part of text.match(/[\s\S]{1,40}/g) ?? []) {
        response.write(part);
        await sleep(1);
      }
      response.end();
    } else response.end(text);
  }

  #refuse(response: ServerResponse, status: number, message: string): void {
    this.refused += 1;
    refuse(response, status, message);
  }

  #takeToken(): boolean {
    const { perSecond, burst = 1 } = this.#options;
    if (perSecond === undefined) return true;
    const nowMs = performance.now();
    this.#level = Math.min(burst, this.#level + ((nowMs - this.#filledAtMs) * perSecond) / 1_000);
    this.#filledAtMs = nowMs;
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }
}

async function readRequest(incoming: IncomingMessage): Promise<ChatRequest> {
  const text = await readBody(incoming);
  const body = JSON.parse(text) as Record<string, unknown>;
  const messages = body.messages as { role: string; content: unknown }[];
  const said = (role: string) =>
    messages.filter((message) => message.role === role).map(({ content }) => textOf(content));
  const id = createHash('sha256').update(text).digest('hex');
  return { id, body, system: said('system').join('\n'), user: said('user').join('\n') };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as { text?: string }[]).map(({ text = '' }) => text).join('');
}

/** How the request asks for the shape of its answer; null for in words alone. */
export function formatOf({ body }: ChatRequest): 'schema' | 'tool' | 'json' | null {
  if (body.tools !== undefined) return 'tool';
  const format = (body.response_format as { type?: string } | undefined)?.type;
  if (format === 'json_schema') return 'schema';
  return format === 'json_object' ? 'json' : null;
}

function completion(request: ChatRequest, content: string, finish: string): Record<string, unknown> {
  const called = [{ id: 'c', type: 'function', function: { name: 'answer', arguments: content } }];
  const message =
    formatOf(request) === 'tool'
      ? { role: 'assistant', content: null, tool_calls: called }
      : { role: 'assistant', content };
  const tokens = {
    prompt_tokens: Math.ceil(request.user.length / 4),
    completion_tokens: Math.ceil(content.length / 4),
  };
  return {
    id: request.id.slice(0, 12),
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: { ...tokens, total_tokens: tokens.prompt_tokens + tokens.completion_tokens },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  end(response, status, { error: { message, type: 'error' } });
}
