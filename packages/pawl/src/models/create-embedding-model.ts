import { systemClock } from '../engine/system-clock.ts';
import { AiSdkEmbeddings } from './ai-sdk/ai-sdk-embeddings.ts';
import { sdkEmbeddings } from './ai-sdk/sdk-models.ts';
import { CachedEmbeddings } from './answers/cached-embeddings.ts';
import type { ModelAccess } from './create-language-model.ts';
import type { EmbeddingAddress } from './embedding-address.ts';
import type { EmbeddingModel } from './embedding-model.ts';
import { FlowControlledEmbeddings } from './flow/flow-controlled-embeddings.ts';
import { GgufEmbeddings } from './gguf/gguf-embeddings.ts';
import { GroupedEmbeddings, TEXTS_PER_REQUEST } from './grouped-embeddings.ts';
import { MeteredEmbeddings } from './metered-embeddings.ts';
import type { ModelAddress } from './model-address.ts';
import { modelKey } from './model-key.ts';
import { FREE, requiredPrice } from './price-list.ts';

/** What an embedding model is reached with. */
type EmbeddingAccess = Omit<ModelAccess, 'batch' | 'isOptional'>;

/**
 * An embedding model by its address, put together as a language model is, and outermost what sends texts in requests of many.
 * @throws {PawlError} `invalid_setting` when a key is missing (a server of one's own needs none), or the price where there is a
 *   budget in dollars; for a file as {@link GgufEmbeddings}
 */
export function createEmbeddingModel(address: EmbeddingAddress, access: EmbeddingAccess): EmbeddingModel {
  const { answers } = access;
  const isLocal = address.provider === 'gguf';
  const metered = isLocal ? localEmbeddings(address.path) : remoteEmbeddings(address, access);
  const kept = answers === null ? metered : new CachedEmbeddings(metered, answers);
  return new GroupedEmbeddings(kept, TEXTS_PER_REQUEST[isLocal ? 'local' : 'remote']);
}

function remoteEmbeddings(address: ModelAddress, { environment, flow, ...money }: EmbeddingAccess): EmbeddingModel {
  const apiKey = modelKey(address, environment);
  const price = requiredPrice(address, money);
  const sdk = new AiSdkEmbeddings(address, () => sdkEmbeddings(address, apiKey));
  return new MeteredEmbeddings(new FlowControlledEmbeddings(sdk, flow, systemClock), price);
}

function localEmbeddings(path: string): EmbeddingModel {
  return new MeteredEmbeddings(new GgufEmbeddings(path), FREE);
}
