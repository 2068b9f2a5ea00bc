import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '../crash/random.ts';

/** Shares of the calls, or of the requests in a batch, that go wrong. */
export interface BatchFaults {
  /** The batch is made, and the answer that says so is lost. */
  readonly lostAnswer: number;
  /** Refused with 429 or 500, nothing done. */
  readonly refused: number;
  /** Polls and lists that fail. */
  readonly failedPoll: number;
  /** Results that break off in the middle of a line. */
  readonly brokenResults: number;
  /** Requests of a batch that are missing from its results, or failed on the provider's side. */
  readonly unanswered: number;
  /** Batches that expire with some requests answered. */
  readonly expired: number;
}

const NO_FAULTS: BatchFaults = {
  lostAnswer: 0,
  refused: 0,
  failedPoll: 0,
  brokenResults: 0,
  unanswered: 0,
  expired: 0,
};

interface HeldRequest {
  readonly customId: string;
  readonly body: Body;
  /** Decided when the batch is made, known when it has ended. */
  readonly fate: 'answered' | 'errored' | 'missing' | 'expired' | 'refused';
}

interface HeldBatch {
  readonly id: string;
  readonly createdAtMs: number;
  readonly metadata: unknown;
  readonly requests: readonly HeldRequest[];
  endsAtMs: number;
  isCancelled: boolean;
}

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name?: string }[];
}

/**
 * A server that speaks the batch and live protocols of OpenAI and Anthropic, with faults from a seed, and notes whether anything was
 * handed in or asked for that had been answered, or was still being worked on.
 */
export class BatchServer {
  readonly baseUrl: string;
  /** What must not be: requests that were asked for twice without need. */
  readonly violations: string[] = [];
  readonly batches = new Map<string, HeldBatch>();
  liveRequests = 0;
  faults: BatchFaults = NO_FAULTS;
  /** What is answered, as JSON. */
  answer: (question: string) => unknown = (question) => ({ answer: answerTo(question) });
  /** Questions that the batch API takes for invalid. */
  refuses: (question: string) => boolean = () => false;
  onBatch: () => void = () => undefined;
  onRequest: () => void = () => undefined;
  /** How long a batch takes. */
  durationMs: () => number = () => 20;
  readonly #random: () => number;
  readonly #files = new Map<string, string>();
  readonly #close: () => void;
  #lastId = 0;

  private constructor(port: number, random: () => number, close: () => void) {
    this.baseUrl = `http://127.0.0.1:${port}/v1`;
    this.#random = random;
    this.#close = close;
  }

  static async start(seed: number): Promise<BatchServer> {
    const http = createServer((request, response) => {
      server.#serve(request, response).catch((error: unknown) => {
        if (!response.destroyed) response.writeHead(500).end(String(error));
      });
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const server = new BatchServer((http.address() as AddressInfo).port, seededRandom(seed), () => {
      http.closeAllConnections();
      http.close();
    });
    return server;
  }

  close(): void {
    this.#close();
  }

  /** Questions that were answered by batches, each once. */
  get answered(): ReadonlySet<string> {
    const asked = [...this.batches.values()].filter((batch) => this.#hasEnded(batch));
    return new Set(asked.flatMap((batch) => batch.requests.filter(isAnswered).map(({ body }) => questionOf(body))));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    this.onRequest();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    const { pathname } = new URL(request.url ?? '/', this.baseUrl);
    const path = pathname.replace(/^\/v1/, '');
    const isPost = request.method === 'POST';
    if (path === '/chat/completions' || path === '/messages')
      return this.#live(path, JSON.parse(String(content)), response);
    if (isPost && !path.endsWith('/cancel')) return this.#handIn(path, request, content, response);
    if (isPost) return this.#cancel(path, response);
    if (this.#happens('failedPoll')) return this.#random() < 0.5 ? response.destroy() : response.writeHead(503).end();
    return this.#look(path, response);
  }

  #handIn(path: string, request: IncomingMessage, content: Buffer, response: ServerResponse): ServerResponse {
    if (this.#happens('refused')) {
      const status = this.#random() < 0.5 ? 429 : 500;
      return response.writeHead(status, { 'retry-after': '0' }).end('{"error":{"message":"not now"}}');
    }
    if (path === '/files') return json(response, { id: this.#keepFile(String(content)) });
    const body = JSON.parse(String(content));
    const batch =
      path === '/batches'
        ? this.#make(linesOf(this.#files.get(body.input_file_id) ?? ''), body.metadata)
        : this.#make(
            (body.requests as { custom_id: string; params: Body }[]).map(({ custom_id, params }) => ({
              customId: custom_id,
              body: params,
            })),
            null,
          );
    if (request.headers['content-type'] === undefined) throw new Error('no content type');
    if (this.#happens('lostAnswer')) return response.destroy();
    return json(response, path === '/batches' ? this.#openAiView(batch) : this.#anthropicView(batch));
  }

  #make(lines: readonly { customId: string; body: Body }[], metadata: unknown): HeldBatch {
    const isExpiring = this.#happens('expired');
    const requests = lines.map(({ customId, body }): HeldRequest => {
      this.#noteNeedlessRequest(body);
      return { customId, body, fate: this.refuses(questionOf(body)) ? 'refused' : this.#fate(isExpiring) };
    });
    const id = `batch_${++this.#lastId}`;
    const now = Date.now();
    const batch = { id, createdAtMs: now, metadata, requests, endsAtMs: now + this.durationMs(), isCancelled: false };
    this.batches.set(id, batch);
    this.onBatch();
    return batch;
  }

  #fate(isExpiring: boolean): HeldRequest['fate'] {
    if (isExpiring && this.#random() < 0.5) return 'expired';
    if (!this.#happens('unanswered')) return 'answered';
    return this.#random() < 0.5 ? 'missing' : 'errored';
  }

  #noteNeedlessRequest(body: Body): void {
    const question = questionOf(body);
    for (const batch of this.batches.values()) {
      const held = batch.requests.find((request) => questionOf(request.body) === question);
      if (held === undefined) continue;
      if (!this.#hasEnded(batch)) this.violations.push(`${question} is still in ${batch.id}`);
      else if (isAnswered(held) && !batch.isCancelled) this.violations.push(`${question} was answered in ${batch.id}`);
    }
  }

  #live(path: string, body: Body, response: ServerResponse): ServerResponse {
    this.liveRequests += 1;
    this.#noteNeedlessRequest(body);
    return json(response, path === '/messages' ? message(this.#answer(body), body) : completion(this.#answer(body)));
  }

  #cancel(path: string, response: ServerResponse): ServerResponse {
    const batch = this.batches.get(path.split('/').at(-2) ?? '');
    if (batch === undefined) return response.writeHead(404).end();
    batch.isCancelled = !this.#hasEnded(batch);
    batch.endsAtMs = Math.min(batch.endsAtMs, Date.now() + 20);
    return json(response, {});
  }

  #look(path: string, response: ServerResponse): ServerResponse {
    const isAnthropic = path.startsWith('/messages/');
    const rest = path
      .replace(/^\/messages/, '')
      .split('/')
      .slice(2);
    const [id = '', what] = rest;
    if (path.startsWith('/files/')) return this.#sendFile(id, response);
    const view = (batch: HeldBatch) => (isAnthropic ? this.#anthropicView(batch) : this.#openAiView(batch));
    if (id === '') return json(response, { data: [...this.batches.values()].reverse().map(view), has_more: false });
    const batch = this.batches.get(id);
    if (batch === undefined) return response.writeHead(404).end('{}');
    if (what === 'results') return this.#send(this.#anthropicResults(batch), response);
    return json(response, view(batch));
  }

  #openAiView(batch: HeldBatch) {
    const hasEnded = this.#hasEnded(batch);
    return {
      id: batch.id,
      status: hasEnded ? (batch.isCancelled ? 'cancelled' : 'completed') : 'in_progress',
      created_at: Math.floor(batch.createdAtMs / 1000),
      metadata: batch.metadata,
      output_file_id: hasEnded ? `out-${batch.id}` : null,
      error_file_id: hasEnded ? `err-${batch.id}` : null,
      request_counts: { total: batch.requests.length, completed: 0, failed: 0 },
    };
  }

  #sendFile(id: string, response: ServerResponse): ServerResponse {
    const batch = this.batches.get(id.slice(4));
    if (batch === undefined) return response.writeHead(404).end();
    const wanted = id.startsWith('out-') ? isAnswered : (request: HeldRequest) => !isAnswered(request);
    const lines = this.#told(batch)
      .filter(wanted)
      .map(({ customId, body, fate }) => {
        if (fate === 'answered')
          return {
            custom_id: customId,
            response: { status_code: 200, body: completion(this.#answer(body)) },
            error: null,
          };
        if (fate === 'refused') return { custom_id: customId, response: { status_code: 400, body: {} }, error: null };
        if (fate === 'errored') return { custom_id: customId, response: { status_code: 500, body: {} }, error: null };
        return { custom_id: customId, response: null, error: { code: 'batch_expired', message: 'too late' } };
      });
    return this.#send(lines, response);
  }

  #anthropicView(batch: HeldBatch) {
    const count = batch.requests.length;
    const hasEnded = this.#hasEnded(batch);
    return {
      id: batch.id,
      type: 'message_batch',
      processing_status: hasEnded ? 'ended' : 'in_progress',
      created_at: new Date(batch.createdAtMs).toISOString(),
      request_counts: {
        processing: hasEnded ? 0 : count,
        succeeded: hasEnded ? count : 0,
        errored: 0,
        canceled: 0,
        expired: 0,
      },
    };
  }

  #anthropicResults(batch: HeldBatch) {
    return this.#told(batch).map(({ customId, body, fate }) => {
      if (fate === 'answered')
        return { custom_id: customId, result: { type: 'succeeded', message: message(this.#answer(body), body) } };
      if (fate === 'expired') return { custom_id: customId, result: { type: 'expired' } };
      const error = { type: 'error', error: { type: 'api_error', message: 'trouble' } };
      return { custom_id: customId, result: { type: 'errored', error } };
    });
  }

  #told(batch: HeldBatch): readonly HeldRequest[] {
    if (!batch.isCancelled) return batch.requests.filter(({ fate }) => fate !== 'missing');
    return batch.requests.map((request) => ({ ...request, fate: 'expired' as const }));
  }

  #send(lines: readonly unknown[], response: ServerResponse): ServerResponse {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    if (!this.#happens('brokenResults')) return response.writeHead(200).end(text);
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, Math.floor(text.length * this.#random())), () => response.destroy());
    return response;
  }

  #answer(body: Body): unknown {
    return this.answer(questionOf(body));
  }

  #keepFile(content: string): string {
    const id = `file-${++this.#lastId}`;
    this.#files.set(id, content);
    return id;
  }

  #hasEnded({ endsAtMs }: HeldBatch): boolean {
    return Date.now() >= endsAtMs;
  }

  #happens(fault: keyof BatchFaults): boolean {
    return this.#random() < this.faults[fault];
  }
}

/** The answer to a question: what nobody could guess. */
export function answerTo(question: string): string {
  return createHash('sha256').update(question).digest('hex').slice(0, 16);
}

function isAnswered({ fate }: HeldRequest): boolean {
  return fate === 'answered';
}

function questionOf({ messages }: Body): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? '').join('') : '';
}

function completion(answer: unknown) {
  const content = JSON.stringify(answer);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'test-model',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  };
}

function message(answer: unknown, body: Body) {
  const tool = body.tools?.[0]?.name;
  const content =
    tool === undefined
      ? [{ type: 'text', text: JSON.stringify(answer) }]
      : [{ type: 'tool_use', id: 'toolu_1', name: tool, input: answer }];
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'test-model',
    content,
    stop_reason: tool === undefined ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 10 },
  };
}

/** The lines of the file in a multipart form. */
function linesOf(form: string): { customId: string; body: Body }[] {
  return form
    .split(/\r?\n/)
    .filter((line) => line.startsWith('{"custom_id"'))
    .map((line) => JSON.parse(line))
    .map(({ custom_id, body }: { custom_id: string; body: Body }) => ({ customId: custom_id, body }));
}

function json(response: ServerResponse, value: unknown): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
