import { Worker } from 'node:worker_threads';
import { PawlError } from '../domain/errors.ts';
import type { LinkAnswer, LinkCalls, LinkRequest } from './link-calls.ts';

/** What linking drops is dropped soon: room for more would only fill up. */
const YOUNG_GENERATION_MB = 32;

/** The calls of {@link LinkCalls} to a thread of their own, so that linking, which computes for long, blocks nobody. */
export class LinkThread {
  readonly #thread: Worker;
  readonly #waiting: PromiseWithResolvers<unknown>[] = [];
  #ended: Error | null = null;

  /** @param memoryMb heap it may take, in MiB; one that needs more ends with `linking_out_of_memory` */
  constructor(memoryMb: number) {
    this.#thread = new Worker(new URL('./link-worker.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB, maxOldGenerationSizeMb: memoryMb },
    });
    this.#thread.on('message', (answer: LinkAnswer) => {
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
  ): Promise<ReturnType<LinkCalls[Name]>> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push(answer);
    this.#thread.postMessage({ name, args } as LinkRequest);
    return answer.promise as Promise<ReturnType<LinkCalls[Name]>>;
  }

  /** Ends the thread at once, whatever it is at. */
  async close(): Promise<void> {
    await this.#thread.terminate();
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
