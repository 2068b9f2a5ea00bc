import { Piscina } from 'piscina';
import { PawlError } from '../../domain/errors.ts';
import type { Parse } from '../api/parse.ts';

/** What one request may ask of the thread; a longer text is looked at in its results. */
const MAX_CHARS = 500_000;
const MAX_WAITING = 32;
const TIMEOUT_MS = 20_000;
const IDLE_TIMEOUT_MS = 60_000;
const MEMORY_MB = 1_024;

/** Parses texts for whoever looks at one, in a thread of its own that starts with the first. */
export class Parser {
  #pool: Piscina<string, Parse['sentences']> | null = null;

  /** @throws {PawlError} `too_long`, `server_busy`, `timeout` */
  async parse(text: string): Promise<Parse['sentences']> {
    if (text.length > MAX_CHARS) {
      throw new PawlError('too_long', `A text of ${text.length} characters is not drawn; the limit is ${MAX_CHARS}.`);
    }
    this.#pool ??= createPool();
    if (this.#pool.queueSize >= MAX_WAITING) throw new PawlError('server_busy', 'Too many texts wait to be parsed.');
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await this.#pool.run(text, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new PawlError('timeout', `Parsing took longer than ${TIMEOUT_MS / 1000} s.`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }
}

function createPool(): Piscina<string, Parse['sentences']> {
  return new Piscina({
    filename: new URL('./parse-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_TIMEOUT_MS,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    recordTiming: false,
    atomics: 'disabled', // a thread that waits in Atomics.wait cannot finish loading its models
  });
}
