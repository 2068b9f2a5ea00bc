import { PawlError } from '../../domain/errors.ts';
import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import { toEmbedding } from '../embedding.ts';
import type { EmbeddingModel, Embeddings } from '../embedding-model.ts';
import { type GgufFile, readGgufFile } from '../gguf-file.ts';
import type { LlamaEmbeddingContext, LlamaModel } from './llama-library.ts';
import { type LoadedModel, LocalModel, THREADS } from './local-model.ts';

/** Of a text, if the model sees as much; more would take memory and time, and what is embedded is shorter in most languages. */
const MAX_CONTEXT_TOKENS = 1_024;
/** Marks that a model has around a text, and the one that the library leaves free. */
const MARKS = 3;
/** No text that means something has so long words on average; what comes after is not even looked at. */
const MAX_CHARACTERS = 8 * MAX_CONTEXT_TOKENS;
/** llama.cpp's numbers for the ways in which a model makes one vector of a text: their mean, the first, the last token. */
const VECTOR_POOLINGS: readonly number[] = [1, 2, 3];

/**
 * An embedding model in a GGUF file, run in this process by llama.cpp, outside of the event loop. One text at a time; of a text that is
 * longer than its context, the beginning.
 */
export class GgufEmbeddings implements EmbeddingModel {
  readonly provider = 'gguf';
  readonly model: string;
  readonly #local: LocalModel<LlamaEmbeddingContext>;

  /** @throws {PawlError} as {@link readGgufFile} and {@link LocalModel}; `invalid_setting` for a model that makes no vectors of texts */
  constructor(path: string) {
    this.#local = new LocalModel(requireVectors(readGgufFile(path)), (model) => {
      const contextSize = contextSizeOf(model);
      return model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads: THREADS });
    });
    this.model = this.#local.file.name;
  }

  embed(texts: readonly string[], signal: AbortSignal, call: StageCall): Promise<Embeddings> {
    return this.#local.use(signal, call, async (loaded) => {
      const vectors: (Int8Array | null)[] = [];
      let inputTokens = 0;
      for (const text of texts) {
        signal.throwIfAborted();
        const tokens = tokensOf(text, loaded);
        inputTokens += tokens.length === 0 ? 0 : loaded.context.calculateInputLength(tokens);
        vectors.push(tokens.length === 0 ? null : await this.#embedTokens(tokens, loaded));
      }
      return { vectors, inputTokens };
    });
  }

  close(): Promise<void> {
    return this.#local.close();
  }

  /** @returns null for a text that has no direction, since the model knows none of its words */
  async #embedTokens(
    tokens: readonly number[],
    { context }: LoadedModel<LlamaEmbeddingContext>,
  ): Promise<Int8Array | null> {
    const { vector } = await context.getEmbeddingFor(tokens);
    if (vector.every((component) => component === 0)) return null;
    const embedding = toEmbedding(vector);
    if (embedding !== null) return embedding;
    throw new StageError('unavailable', 'invalid_answer', `${this.model} gives vectors that hold what is no number.`);
  }
}

/** The beginning of a text, as much as the model sees. */
function tokensOf(text: string, { model }: LoadedModel<LlamaEmbeddingContext>): readonly number[] {
  return model.tokenize(text.slice(0, MAX_CHARACTERS)).slice(0, contextSizeOf(model) - MARKS);
}

/** The same whatever memory there is, so that a text has one vector. */
function contextSizeOf({ trainContextSize }: LlamaModel): number {
  return Math.min(MAX_CONTEXT_TOKENS, trainContextSize);
}

function requireVectors(file: GgufFile): GgufFile {
  const { path, architecture, poolingType } = file;
  if (poolingType !== null && VECTOR_POOLINGS.includes(poolingType)) return file;
  const message =
    `${path} is no embedding model: it is a ${architecture} that does not say how it makes one vector of a text ` +
    `(${architecture}.pooling_type). Take one that does, such as a GGUF file of bge-m3 or nomic-embed-text.`;
  throw new PawlError('invalid_setting', message);
}
