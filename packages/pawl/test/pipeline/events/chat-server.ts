import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server was asked. */
export interface ChatRequest {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  /** As it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  /** From 1. */
  readonly number: number;
}

/** What it answers: the text of a message, or how the answer ended, or a refusal with a status. */
export type ChatReply =
  | string
  | { readonly content: string; readonly finish?: string; readonly refusal?: string }
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A server that speaks the chat-completions protocol of OpenAI and answers as a test says. */
export class ChatServer {
  readonly baseUrl: string;
  readonly requests: ChatRequest[] = [];
  answer: (request: ChatRequest) => ChatReply = () => '{"events": []}';
  readonly #close: () => void;

  private constructor(port: number, close: () => void) {
    this.baseUrl = `http://127.0.0.1:${port}/v1`;
    this.#close = close;
  }

  static async start(): Promise<ChatServer> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const reply = chat.#reply(JSON.parse(body));
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(JSON.stringify(reply.body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const chat = new ChatServer((server.address() as AddressInfo).port, () => {
      server.closeAllConnections();
      server.close();
    });
    return chat;
  }

  /** As `--events` takes it. */
  get address(): string {
    return `openai-compatible:test-model@${this.baseUrl}`;
  }

  close(): void {
    this.#close();
  }

  #reply(body: { model: string; messages: { role: string; content: unknown }[] }): {
    status: number;
    body: unknown;
    headers?: Readonly<Record<string, string>>;
  } {
    const said = (role: string) => textOf(body.messages.find((message) => message.role === role)?.content);
    const request = {
      model: body.model,
      system: said('system'),
      user: said('user'),
      body,
      number: this.requests.length + 1,
    };
    this.requests.push(request);
    const reply = this.answer(request);
    if (typeof reply === 'string') return completion(body.model, { content: reply });
    return 'status' in reply ? reply : completion(body.model, reply);
  }
}

function completion(
  model: string,
  { content, finish = 'stop', refusal }: { content: string; finish?: string; refusal?: string },
) {
  const message = { role: 'assistant', content, ...(refusal === undefined ? {} : { refusal }) };
  return {
    status: 200,
    body: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 0,
      model,
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
    },
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? '').join('') : '';
}
