import { Worker } from 'node:worker_threads';
import { PawlError } from '../domain/errors.ts';
import type { LinkAnswer, LinkCalls, LinkRequest } from './link-calls.ts';
import type { KeptBytes } from './sketch-shelf.ts';

/** What linking drops is dropped soon: room for more would only fill up. */
const YOUNG_GENERATION_MB = 32;

/** What is large in a call; it is the thread's from then on. */
const LARGE: { readonly [Name in keyof LinkCalls]?: (...args: Parameters<LinkCalls[Name]>) => readonly Uint8Array[] } =
  {
    restore: ({ keys, neighbours, likelihoods }) => [keys.bytes, neighbours.bytes, likelihoods.bytes],
  };

/** The calls of {@link LinkCalls} to a thread of their own, so that linking, which computes for long, blocks nobody. */
export class LinkThread {
  readonly #thread: Worker;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];
  #ended: Error | null = null;

  /**
   * @param memoryMb heap it may take, in MiB; one that needs more ends with `linking_out_of_memory`
   * @param kept gives what linking kept; what it throws ends the thread
   */
  constructor(memoryMb: number, kept: KeptBytes) {
    this.#thread = new Worker(new URL('./link-worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB, maxOldGenerationSizeMb: memoryMb },
    });
    this.#thread.on('message', (answer: LinkAnswer) => {
      if (answer.kind === 'wanted') {
        kept(answer.query).then(
          (bytes) => this.#post({ kind: 'kept', bytes }, [bytes.bytes]),
          (error: unknown) => this.#fail(error),
        );
        return;
      }
      const waiting = this.#waiting.shift();
      if (answer.kind === 'value') waiting?.resolve(answer.value);
      else waiting?.reject(new Error(answer.message));
    });
    this.#thread.on('error', (error) => this.#end(readThreadError(error, memoryMb)));
    this.#thread.on('exit', () => this.#end(new Error('The thread of linking has ended.')));
  }

  /** Calls are answered in their order. @throws {Error} what the call throws; when the thread has ended */
  call<Name extends keyof LinkCalls>(
    name: Name,
    ...args: Parameters<LinkCalls[Name]>
  ): Promise<Awaited<ReturnType<LinkCalls[Name]>>> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push(answer);
    this.#post({ kind: 'call', name, args } as LinkRequest, LARGE[name]?.(...args) ?? []);
    return answer.promise as Promise<Awaited<ReturnType<LinkCalls[Name]>>>;
  }

  /** Ends the thread at once, whatever it is at. */
  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  /** @param large crosses without a copy */
  #post(request: LinkRequest, large: readonly Uint8Array[]): void {
    this.#thread.postMessage(
      request,
      large.map(({ buffer }) => buffer as ArrayBuffer),
    ); // made for this
  }

  #fail(error: unknown): void {
    this.#end(error instanceof Error ? error : new Error(String(error)));
    void this.#thread.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

function readThreadError(error: unknown, memoryMb: number): Error {
  if ((error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = `Linking this batch needs more than the ${memoryMb} MiB that a worker thread may take.`;
    return new PawlError('linking_out_of_memory', message, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
