import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { meaningOfText } from './made-up-meaning.ts';

/** What can be wrong with an answer. */
export const EMBEDDING_FAULTS = [
  'other_dimensions',
  'one_other_dimension',
  'not_a_number',
  'zeros',
  'one_missing',
  'one_too_many',
  'numbered_twice',
  'half',
  'wrong_json',
  'internal_error',
] as const;
export type EmbeddingFault = (typeof EMBEDDING_FAULTS)[number];

export interface EmbeddingServerOptions {
  /** What is wrong with the answer to a request, the first being 1; null for nothing. Default: nothing ever is. */
  readonly fault?: (request: number) => EmbeddingFault | null;
  /** Refuses requests with a text of which this holds. */
  readonly refuses?: (text: string) => boolean;
  readonly latencyMs?: number;
}

/** A server that speaks `/v1/embeddings`, numbers its vectors and sends them last first, and keeps account of each text. */
export class EmbeddingServer {
  readonly url: string;
  /** How often each text was asked for. */
  readonly asked = new Map<string, number>();
  /** How often the vector of each text was sent in full. */
  readonly answered = new Map<string, number>();
  requests = 0;
  state: 'here' | 'overloaded' | 'unauthorized' = 'here';
  readonly #options: EmbeddingServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #port: number;

  private constructor(server: Server, options: EmbeddingServerOptions) {
    this.#server = server;
    this.#options = options;
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}/v1`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: EmbeddingServerOptions = {}): Promise<EmbeddingServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EmbeddingServer(server, options);
  }

  get address(): string {
    return `openai-compatible:made-up@${this.url}`;
  }

  /** Texts of answers, each as often as it was sent. */
  get vectors(): number {
    return [...this.answered.values()].reduce((sum, times) => sum + times, 0);
  }

  /** Goes away: connections break, new ones are refused. */
  async leave(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Comes back at the same address. */
  async comeBack(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.leave();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { input } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { input: string[] };
    this.requests += 1;
    const fault = this.#options.fault?.(this.requests) ?? null;
    for (const text of input) this.asked.set(text, (this.asked.get(text) ?? 0) + 1);
    if (this.state === 'unauthorized') {
      end(response, 401, { error: { message: 'Incorrect API key provided.' } });
      return;
    }
    if (this.state === 'overloaded') {
      response.setHeader('retry-after', '120');
      end(response, 429, { error: { message: 'Too many requests.' } });
      return;
    }
    if (this.#options.refuses !== undefined && input.some(this.#options.refuses)) {
      end(response, 400, { error: { message: 'A text is not allowed.' } });
      return;
    }
    await sleep(this.#options.latencyMs ?? 0);
    this.#answer(input, response, fault);
  }

  #answer(input: readonly string[], response: ServerResponse, fault: EmbeddingFault | null): void {
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: meaningOfText(text) }));
    const body = {
      object: 'list',
      data: data.toReversed(),
      model: 'made-up',
      usage: { prompt_tokens: input.length * 10, total_tokens: 0 },
    };
    const last = data.at(-1)!;
    switch (fault) {
      case 'other_dimensions':
        for (const item of data) item.embedding.push(1);
        end(response, 200, body);
        return;
      case 'one_other_dimension':
        last.embedding.pop();
        end(response, 200, body);
        return;
      case 'not_a_number':
        end(response, 200, JSON.stringify(body).replace(/"embedding":\[[^,]+,/, '"embedding":[null,'));
        return;
      case 'zeros':
        last.embedding.fill(0);
        end(response, 200, body);
        return;
      case 'one_missing':
        end(response, 200, { ...body, data: body.data.slice(1) });
        return;
      case 'one_too_many':
        end(response, 200, { ...body, data: [...body.data, { ...last, index: data.length }] });
        return;
      case 'numbered_twice':
        end(response, 200, { ...body, data: body.data.map((item) => ({ ...item, index: 0 })) });
        return;
      case 'half':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' });
        response.write('{"object":"list","data":[');
        setTimeout(() => response.destroy(), 5);
        return;
      case 'wrong_json':
        end(response, 200, '<html>502 Bad Gateway</html>');
        return;
      case 'internal_error':
        end(response, 500, { error: { message: 'Internal error.' } });
        return;
      case null:
        if (response.destroyed) return; // the client has gone
        response.on('finish', () => {
          for (const text of input) this.answered.set(text, (this.answered.get(text) ?? 0) + 1);
        });
        end(response, 200, body);
        return;
      default:
        fault satisfies never;
    }
  }
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
