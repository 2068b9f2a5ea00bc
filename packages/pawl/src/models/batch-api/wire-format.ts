import { UNATTENDED_CALL } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';

/** A request as its provider wants it. */
export interface WireRequest {
  readonly body: unknown;
  /** Beyond those that every request has. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that say how a body is to be understood. */
const TELLING_HEADERS = ['anthropic-beta'];
const NEVER = new AbortController().signal;

/**
 * Writes requests and reads responses exactly as the live API's client does, by letting that client speak to us instead of the
 * provider: so an answer from a batch is the answer that the live API would have given.
 */
export class WireFormat {
  readonly #clientWith: (send: typeof fetch) => LanguageModel;

  /** @param clientWith the live API's client, sending by the function it is given; made anew for each request, so it has no memory */
  constructor(clientWith: (send: typeof fetch) => LanguageModel) {
    this.#clientWith = clientWith;
  }

  async write(request: ModelRequest): Promise<WireRequest> {
    let sent: WireRequest | null = null;
    const client = this.#clientWith(async (_, init) => {
      const headers = new Headers(init?.headers);
      const telling = TELLING_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : []));
      sent ??= { body: JSON.parse(String(init?.body)), headers: Object.fromEntries(telling) };
      return Response.json({}, { status: 400 });
    });
    await client.ask(request, NEVER, UNATTENDED_CALL).catch(() => undefined);
    if (sent === null)
      throw new StageError('permanent', 'stage_failed', 'The request could not be written for the batch API.');
    return sent;
  }

  /** @throws {StageError} when it is no answer */
  read(request: ModelRequest, body: unknown): Promise<ModelAnswer> {
    return this.#clientWith(async () => Response.json(body)).ask(request, NEVER, UNATTENDED_CALL);
  }
}
