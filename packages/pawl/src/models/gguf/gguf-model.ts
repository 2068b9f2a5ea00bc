import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { JsonObject } from '../../domain/document.ts';
import { messageOf, PawlError } from '../../domain/errors.ts';
import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import type { AnswerFinish, LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import {
  type Llama,
  type LlamaContext,
  type LlamaGrammar,
  type LlamaLibrary,
  type LlamaModel,
  loadLlamaLibrary,
  requireLlamaLibrary,
} from './llama-library.ts';

/** Longer contexts take memory that few machines have to spare. */
const MAX_CONTEXT_TOKENS = 16_384;
/** What a chat template adds to a question. */
const TEMPLATE_TOKENS = 64;
/** An answer that cannot even be this long is none. */
const MIN_ANSWER_TOKENS = 64;

/** Processors are often two halves of a core; threads that wait for each other on a busy machine take many times as long. */
const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
/** The first bytes of a file: its mark, and the versions of the format that there are (little-endian). */
const MAGIC = 'GGUF';
const VERSIONS: readonly number[] = [2, 3];

const FINISHES: Readonly<Record<string, AnswerFinish>> = {
  eogToken: 'stop',
  stopGenerationTrigger: 'stop',
  customStopTrigger: 'stop',
  maxTokens: 'length',
};

interface Loaded {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
}

/**
 * A GGUF model run in this process by llama.cpp, its answers held to the JSON Schema by a grammar. One question at a time: it takes
 * all cores. The file is loaded with the first question.
 */
export class GgufModel implements LanguageModel {
  readonly provider = 'gguf';
  /** The file's name and size: reading it whole for a hash would take as long as loading it. */
  readonly model: string;
  readonly #path: string;
  readonly #grammars = new WeakMap<JsonObject, Promise<LlamaGrammar>>();
  #loading: Promise<Loaded> | null = null;
  /** Resolves when the question before is answered. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws {PawlError} `missing_file`; `invalid_setting` when node-llama-cpp is not installed */
  constructor(path: string) {
    const file = statSync(path, { throwIfNoEntry: false });
    if (!file?.isFile()) {
      throw new PawlError(
        'missing_file',
        `There is no model file ${path}; write gguf:FILE, such as gguf:models/qwen.gguf.`,
      );
    }
    requireLlamaLibrary();
    this.#path = resolve(path);
    this.model = `${basename(path)} (${file.size} bytes)`;
  }

  async ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    try {
      await call.standStill(before);
      signal.throwIfAborted();
      return await this.#generate(await call.standStill(this.#load()), request, signal);
    } finally {
      turn.resolve();
    }
  }

  async probe(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#load();
  }

  async close(): Promise<void> {
    const loading = this.#loading;
    this.#loading = null;
    if (loading === null) return;
    await this.#turn;
    await loading.then(({ llama }) => llama.dispose()).catch(() => undefined); // what did not load need not be freed
  }

  /** @throws {StageError} `context_too_long` */
  async #generate(
    { library, llama, model, context }: Loaded,
    { system, user, schema, maxOutputTokens }: ModelRequest,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const questionTokens = model.tokenize(system).length + model.tokenize(user).length + TEMPLATE_TOKENS;
    const room = context.contextSize - questionTokens;
    if (room < Math.min(MIN_ANSWER_TOKENS, maxOutputTokens)) {
      const message = `A question of ${questionTokens} tokens leaves no room in the ${context.contextSize} of ${this.model}.`;
      throw new StageError('permanent', 'context_too_long', message);
    }
    const grammar = await this.#grammarOf(llama, schema);
    const sequence = context.getSequence();
    try {
      const session = new library.LlamaChatSession({ contextSequence: sequence, systemPrompt: system });
      const maxTokens = Math.min(maxOutputTokens, room);
      const { responseText, stopReason } = await session.promptWithMeta(user, {
        grammar,
        maxTokens,
        temperature: 0,
        signal,
      });
      return {
        text: responseText,
        finish: FINISHES[stopReason] ?? 'other',
        inputTokens: sequence.tokenMeter.usedInputTokens,
        outputTokens: sequence.tokenMeter.usedOutputTokens,
        cached: false,
      };
    } finally {
      sequence.dispose();
    }
  }

  #grammarOf(llama: Llama, schema: JsonObject): Promise<LlamaGrammar> {
    const grammar = this.#grammars.get(schema) ?? llama.createGrammarForJsonSchema(schema);
    this.#grammars.set(schema, grammar);
    return grammar;
  }

  /** @throws {StageError} `unavailable` for a file that is no model, or one that does not fit into memory */
  #load(): Promise<Loaded> {
    this.#loading ??= this.#loadFile().catch((error: unknown) => {
      this.#loading = null; // the file may be mended
      const message = `${this.model} cannot be loaded: ${messageOf(error)}`;
      throw new StageError('unavailable', 'provider_unavailable', message, { cause: error });
    });
    return this.#loading;
  }

  async #loadFile(): Promise<Loaded> {
    await checkHeader(this.#path);
    const library = await loadLlamaLibrary();
    const llama = await library.getLlama({ build: 'never', gpu: 'auto', logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: this.#path });
    const context = await model.createContext({ contextSize: { max: MAX_CONTEXT_TOKENS }, threads: THREADS });
    return { library, llama, model, context };
  }
}

/** The library reads whatever it is given for as long as it takes, so what is no model must not get there. */
async function checkHeader(path: string): Promise<void> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(8);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    const isModel = header.toString('latin1', 0, 4) === MAGIC && VERSIONS.includes(header.readUInt32LE(4));
    if (bytesRead < header.length || !isModel) throw new Error('it is no GGUF file of version 2 or 3');
  } finally {
    await file.close();
  }
}
