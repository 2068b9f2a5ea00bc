import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A span as OTLP has it in JSON. */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A collector of traces as in production, in this process: it takes OTLP over HTTP and keeps all of it. */
export class Collector implements Disposable {
  readonly url: string;
  /** Paths that were posted to. */
  readonly paths = new Set<string>();
  readonly bodies: string[] = [];
  readonly #close: () => void;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  /** @param answers whether it ever answers */
  static async start({ answers = true } = {}): Promise<Collector> {
    const server = createServer(async (request, response) => {
      await collector.#take(request);
      if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const collector = new Collector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      server.closeAllConnections();
      server.close();
    });
    return collector;
  }

  get spans(): OtlpSpan[] {
    return this.#received.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  get resources(): Record<string, unknown>[] {
    return this.#received.map(({ resource }) => attributesOf(resource));
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  get #received(): OtlpRequest['resourceSpans'][number][] {
    return this.bodies.flatMap((body) => (JSON.parse(body) as OtlpRequest).resourceSpans);
  }

  async #take(request: IncomingMessage): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    this.paths.add(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    this.bodies.push(body);
  }
}

/** Attributes by name. */
export function attributesOf({ attributes }: { readonly attributes: readonly Attribute[] }): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
