import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An HTTP language service that finds nothing, under a test's control: it refuses chosen documents, and holds answers
 * back while its gate is closed.
 */
export class LanguageService {
  readonly url: string;
  /** Ids of the documents asked for, in order, each as often as it was asked for. */
  readonly asked: string[] = [];
  readonly refused = new Set<string>();
  readonly #close: () => void;
  readonly #held: (() => void)[] = [];
  readonly #waiting = new Set<() => void>();
  #isOpen = true;

  private constructor(port: number, close: () => void) {
    this.url = `http://127.0.0.1:${port}/`;
    this.#close = close;
  }

  /** @param port of one that was closed, to be there again; any by default */
  static async start(port = 0): Promise<LanguageService> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      service.#answer(JSON.parse(body).document_id, response);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const service = new LanguageService((server.address() as AddressInfo).port, () => {
      server.closeAllConnections();
      server.close();
    });
    return service;
  }

  /** Flags that send the entities of a batch here. */
  get flags(): string[] {
    return ['--entities', `http:${this.url}`];
  }

  hold(): void {
    this.#isOpen = false;
  }

  release(): void {
    this.#isOpen = true;
    for (const answer of this.#held.splice(0)) answer();
  }

  /** Resolves when this many documents were asked for altogether. */
  async askedFor(documents: number): Promise<void> {
    while (this.asked.length < documents) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  close(): void {
    this.#close();
  }

  #answer(documentId: string, response: ServerResponse): void {
    this.asked.push(documentId);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    const answer = () => {
      response.writeHead(this.refused.has(documentId) ? 422 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ entities: [] }));
    };
    if (this.#isOpen) answer();
    else this.#held.push(answer);
  }
}

/** Documents `doc_001`, `doc_002`, ... of one sentence each. */
export function documents(howMany: number): { document_id: string; text: string }[] {
  return Array.from({ length: howMany }, (_, i) => ({
    document_id: `doc_${String(i + 1).padStart(3, '0')}`,
    text: `Anna Berg met the minister in Oslo on day ${i + 1}.`,
  }));
}
