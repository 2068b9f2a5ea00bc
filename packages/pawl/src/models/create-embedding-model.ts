import { systemClock } from '../engine/system-clock.ts';
import { AiSdkEmbeddings } from './ai-sdk/ai-sdk-embeddings.ts';
import { sdkEmbeddings } from './ai-sdk/sdk-models.ts';
import { CachedEmbeddings } from './answers/cached-embeddings.ts';
import type { ModelAccess } from './create-language-model.ts';
import type { EmbeddingModel } from './embedding-model.ts';
import { FlowControlledEmbeddings } from './flow/flow-controlled-embeddings.ts';
import { GroupedEmbeddings } from './grouped-embeddings.ts';
import { MeteredEmbeddings } from './metered-embeddings.ts';
import type { ModelAddress } from './model-address.ts';
import { modelKey } from './model-key.ts';
import { requiredPrice } from './price-list.ts';

/**
 * An embedding model by its address, put together as a language model is, and outermost what sends texts in requests of many.
 * @throws {PawlError} `invalid_setting` when a key is missing (a server of one's own needs none), or the price where there is a
 *   budget in dollars
 */
export function createEmbeddingModel(
  address: ModelAddress,
  { environment, flow, answers, ...money }: Omit<ModelAccess, 'batch'>,
): EmbeddingModel {
  const apiKey = modelKey(address, environment);
  const price = requiredPrice(address, money);
  const sdk = new AiSdkEmbeddings(address, () => sdkEmbeddings(address, apiKey));
  const metered = new MeteredEmbeddings(new FlowControlledEmbeddings(sdk, flow, systemClock), price);
  return new GroupedEmbeddings(answers === null ? metered : new CachedEmbeddings(metered, answers));
}
