import type { EmbeddingModelV4, EmbeddingModelV4Result } from '@ai-sdk/provider';
import { StageError } from '../../domain/stage-error.ts';
import { toEmbedding } from '../embedding.ts';
import type { EmbeddingModel, Embeddings } from '../embedding-model.ts';
import type { ModelAddress } from '../model-address.ts';
import { placeOf } from '../model-name.ts';
import { toStageError } from './model-error.ts';
import { readRateAllowances } from './rate-headers.ts';

/** An embedding model reached through the AI SDK: each call is one request. */
export class AiSdkEmbeddings implements EmbeddingModel {
  readonly provider: string;
  readonly model: string;
  readonly #create: () => Promise<EmbeddingModelV4>;
  #made: Promise<EmbeddingModelV4> | null = null;
  /** Of the first answer; a model's vectors are all of one length. */
  #dimensions: number | null = null;

  constructor(address: ModelAddress, create: () => Promise<EmbeddingModelV4>) {
    this.provider = placeOf(address);
    this.model = address.model;
    this.#create = create;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
    try {
      this.#made ??= this.#create();
      const result = await (await this.#made).doEmbed({ values: [...texts], abortSignal: signal });
      const allowances = readRateAllowances(result.response?.headers ?? {}, Date.now());
      return {
        vectors: this.#uniform(readVectors(result, texts.length)),
        inputTokens: result.usage?.tokens ?? null,
        ...(allowances.length === 0 ? {} : { allowances }),
      };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toStageError(error);
    }
  }

  async close(): Promise<void> {}

  #uniform(vectors: readonly Int8Array[]): readonly Int8Array[] {
    this.#dimensions ??= vectors[0]?.length ?? null;
    if (vectors.every(({ length }) => length === this.#dimensions)) return vectors;
    throw broken(`its vectors have other lengths than those before, which have ${this.#dimensions} dimensions`);
  }
}

/** @throws {StageError} `invalid_answer` for what is not one direction a text, all of one length */
function readVectors({ embeddings, response }: EmbeddingModelV4Result, texts: number): Int8Array[] {
  if (embeddings.length !== texts) throw broken(`${embeddings.length} vectors came for ${texts} texts`);
  const vectors = new Array<Int8Array>(texts);
  placesOf(response?.body, texts).forEach((place, i) => {
    const vector = toEmbedding(embeddings[i]!);
    if (vector === null) throw broken('a vector is no direction: it is empty, all zeros, or holds what is no number');
    vectors[place] = vector;
  });
  return vectors;
}

/** A server numbers its vectors and may send them in any order; the SDK takes them as they come. */
function placesOf(body: unknown, texts: number): readonly number[] {
  const data = (body as { data?: unknown } | null | undefined)?.data;
  const items = (Array.isArray(data) ? data : []) as readonly ({ readonly index?: unknown } | null)[];
  const places = items.map((item) => item?.index);
  if (places.length !== texts || places.every((place) => place === undefined || place === null)) {
    return Array.from({ length: texts }, (_, i) => i);
  }
  const isEach =
    new Set(places).size === texts && places.every((place) => Number.isInteger(place) && inRange(place, texts));
  if (!isEach) throw broken('its vectors are not numbered from 0 on');
  return places as number[];
}

function inRange(place: unknown, end: number): boolean {
  return Number(place) >= 0 && Number(place) < end;
}

function broken(what: string): StageError {
  return new StageError('transient', 'invalid_answer', `The answer is no list of embeddings: ${what}.`);
}
