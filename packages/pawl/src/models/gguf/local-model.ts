import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../../domain/errors.ts';
import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import { type GgufFile, readGgufFile } from '../gguf-file.ts';
import { type LlamaModel, type OpenLlama, openLlama, requireLlamaLibrary, takeComplaint } from './llama-library.ts';

/** Processors are often two halves of a core; threads that wait for each other on a busy machine take many times as long. */
export const THREADS: number = Math.max(1, Math.floor(availableParallelism() / 2));

/** A model in memory, with what it computes in. */
export interface LoadedModel<Context> extends OpenLlama {
  readonly model: LlamaModel;
  readonly context: Context;
}

/** A model file that is loaded with its first use, and used by one at a time: that takes all cores. */
export class LocalModel<Context extends { dispose(): Promise<void> }> {
  readonly file: GgufFile;
  readonly #createContext: (model: LlamaModel) => Promise<Context>;
  #loading: Promise<LoadedModel<Context>> | null = null;
  /** Resolves when the use before has ended. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws {PawlError} `invalid_setting` when node-llama-cpp is not installed */
  constructor(file: GgufFile, createContext: (model: LlamaModel) => Promise<Context>) {
    requireLlamaLibrary();
    this.file = file;
    this.#createContext = createContext;
  }

  /** Does `work` when all before are done. @throws {StageError} as {@link load}; the signal's reason; what `work` throws */
  async use<T>(signal: AbortSignal, call: StageCall, work: (loaded: LoadedModel<Context>) => Promise<T>): Promise<T> {
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = Promise.all([before, turn.promise]);
    try {
      await call.standStill(before);
      signal.throwIfAborted();
      return await work(await call.standStill(this.load()));
    } finally {
      turn.resolve();
    }
  }

  /** @throws {StageError} `unavailable` for a file that is no model, or one that does not fit into memory */
  load(): Promise<LoadedModel<Context>> {
    this.#loading ??= this.#loadFile().catch(async (error: unknown) => {
      this.#loading = null; // the file may be mended
      await setImmediate(); // complaints come a turn of the event loop later
      const why = [messageOf(error), takeComplaint()].filter(Boolean).join(': ');
      const message = `${this.file.name} cannot be loaded: ${why}`;
      throw new StageError('unavailable', 'provider_unavailable', message, { cause: error });
    });
    return this.#loading;
  }

  /** Frees the memory when all uses have ended. */
  async close(): Promise<void> {
    await this.#turn;
    const loading = this.#loading;
    this.#loading = null;
    const loaded = await loading?.catch(() => null); // what did not load need not be freed
    await loaded?.context.dispose();
    await loaded?.model.dispose();
  }

  /** Answers are kept by the name of what was there before; and the library reads whatever it is given for as long as it takes. */
  #requireSameFile(): void {
    const { name } = readGgufFile(this.file.path);
    if (name !== this.file.name) throw new Error(`it was replaced by another file, ${name}; begin again to use that`);
  }

  async #loadFile(): Promise<LoadedModel<Context>> {
    this.#requireSameFile();
    const { library, llama } = await openLlama();
    takeComplaint();
    const model = await llama.loadModel({ modelPath: this.file.path });
    try {
      return { library, llama, model, context: await this.#createContext(model) };
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }
}
