import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, LocalServer, readBody } from './local-server.ts';
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
export class EmbeddingServer extends LocalServer {
  /** How often each text was asked for. */
  readonly asked = new Map<string, number>();
  /** How often the vector of each text was sent in full. */
  readonly answered = new Map<string, number>();
  requests = 0;
  /** While it is `silent` it takes requests and answers none. */
  state: 'here' | 'overloaded' | 'unauthorized' | 'silent' = 'here';
  readonly #options: EmbeddingServerOptions;

  private constructor(options: EmbeddingServerOptions) {
    super();
    this.#options = options;
  }

  static async start(options: EmbeddingServerOptions = {}): Promise<EmbeddingServer> {
    const server = new EmbeddingServer(options);
    await server.comeBack();
    return server;
  }

  get address(): string {
    return `openai-compatible:made-up@${this.url}`;
  }

  /** Texts of answers, each as often as it was sent. */
  get vectors(): number {
    return [...this.answered.values()].reduce((sum, times) => sum + times, 0);
  }

  protected override async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { input } = JSON.parse(await readBody(incoming)) as { input: string[] };
    this.requests += 1;
    const fault = this.#options.fault?.(this.requests) ?? null;
    for (const text of input) this.asked.set(text, (this.asked.get(text) ?? 0) + 1);
    if (this.state === 'silent') return; // until the client gives up
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
