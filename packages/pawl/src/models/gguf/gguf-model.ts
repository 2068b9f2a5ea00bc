import type { JsonObject } from '../../domain/document.ts';
import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import { readGgufFile } from '../gguf-file.ts';
import type { AnswerFinish, LanguageModel, ModelAnswer, ModelRequest } from '../language-model.ts';
import type { Llama, LlamaContext, LlamaGrammar } from './llama-library.ts';
import { type LoadedModel, LocalModel, THREADS } from './local-model.ts';

/** Longer contexts take memory that few machines have to spare. */
const MAX_CONTEXT_TOKENS = 16_384;
/** What a chat template adds to a question. */
const TEMPLATE_TOKENS = 64;
/** An answer that cannot even be this long is none. */
const MIN_ANSWER_TOKENS = 64;

const FINISHES: Readonly<Record<string, AnswerFinish>> = {
  eogToken: 'stop',
  stopGenerationTrigger: 'stop',
  customStopTrigger: 'stop',
  maxTokens: 'length',
};

/** A GGUF model run in this process by llama.cpp, its answers held to the JSON Schema by a grammar. One question at a time. */
export class GgufModel implements LanguageModel {
  readonly provider = 'gguf';
  readonly model: string;
  readonly #local: LocalModel<LlamaContext>;
  readonly #grammars = new WeakMap<JsonObject, Promise<LlamaGrammar>>();

  /** @throws {PawlError} as {@link readGgufFile} and {@link LocalModel} */
  constructor(path: string) {
    this.#local = new LocalModel(readGgufFile(path), (model) =>
      model.createContext({ contextSize: { max: MAX_CONTEXT_TOKENS }, threads: THREADS }),
    );
    this.model = this.#local.file.name;
  }

  ask(request: ModelRequest, signal: AbortSignal, call: StageCall): Promise<ModelAnswer> {
    return this.#local.use(signal, call, (loaded) => this.#generate(loaded, request, signal));
  }

  async probe(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#local.load();
  }

  close(): Promise<void> {
    return this.#local.close();
  }

  /** @throws {StageError} `context_too_long` */
  async #generate(
    { library, llama, model, context }: LoadedModel<LlamaContext>,
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
}
