import type { FastifyRequest } from 'fastify';
import { PawlError } from '../../domain/errors.ts';
import type { Scope } from './scope.ts';
import type { KeptToken, TokenFile } from './token-file.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The token that the request showed; null where none is asked for. Set for every request that was let in. */
    token: KeptToken | null;
  }
}

export interface AccessOptions {
  /** Whether requests must show a token. */
  readonly requiresToken: boolean;
  /** Origins of pages elsewhere that may use the interface. */
  readonly corsOrigins: readonly string[];
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Where a route is listed in the interface says what it takes to call it. */
const SCOPE_BY_TAG: Readonly<Record<string, Scope>> = { submit: 'submit', control: 'control' };

/**
 * Who may do what. With tokens, whoever shows one with the scope. Without, which is for this machine alone, everybody who
 * comes from it, but no web page of another origin: neither by a request of its own nor by a name that it points here.
 */
export class Access {
  readonly #tokens: TokenFile;
  readonly #options: AccessOptions;

  constructor(tokens: TokenFile, options: AccessOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  /** Lets a request in. @throws {PawlError} `unauthorized`, `forbidden` */
  admit(request: FastifyRequest): void {
    const shown = bearerOf(request);
    request.token = shown === null ? null : this.#tokens.find(shown);
    if (shown !== null && request.token === null) throw unauthorized('The token is not known, or was revoked.');
    if (this.#options.requiresToken) requireScope(request.token, scopeOf(request));
    else this.#admitLocal(request);
  }

  /** Whether a request may see what `read` shows, asked of routes that answer everybody in part. */
  mayRead(request: FastifyRequest): boolean {
    if (!this.#options.requiresToken) return true;
    const shown = bearerOf(request);
    return shown !== null && (this.#tokens.find(shown)?.scopes.includes('read') ?? false);
  }

  #admitLocal({ headers, method }: FastifyRequest): void {
    const host = headers.host ?? '';
    if (!LOOPBACK_NAMES.has(host.replace(/:\d+$/, '').toLowerCase())) {
      throw new PawlError('forbidden', 'Without tokens this server answers to localhost only.');
    }
    const { origin } = headers;
    const isOurs = origin === undefined || origin === `http://${host}` || this.#options.corsOrigins.includes(origin);
    const isElsewhere = headers['sec-fetch-site'] === 'cross-site' && !isOurs;
    if (isOurs && !isElsewhere) return;
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return; // the browser keeps the answer from it
    throw new PawlError('forbidden', 'A page of another origin may not do this.');
  }
}

function bearerOf({ headers }: FastifyRequest): string | null {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(headers.authorization ?? '') ?? [];
  return token ?? null;
}

function scopeOf({ routeOptions }: FastifyRequest): Scope {
  const tags: readonly string[] = routeOptions.schema?.tags ?? [];
  return tags.map((tag) => SCOPE_BY_TAG[tag]).find((scope) => scope !== undefined) ?? 'read';
}

function requireScope(token: KeptToken | null, scope: Scope): void {
  if (token === null) throw unauthorized('This server wants a token: Authorization: Bearer pawl_...');
  if (token.scopes.includes(scope)) return;
  throw new PawlError('forbidden', `The token "${token.name}" does not have the scope ${scope}.`);
}

function unauthorized(message: string): PawlError {
  return new PawlError('unauthorized', message);
}
