import type { BatchSettings } from '../domain/batch.ts';
import type { AnswerCache } from '../models/answers/answer-cache.ts';
import { createEmbeddingModel } from '../models/create-embedding-model.ts';
import { parseEmbeddingAddress } from '../models/embedding-address.ts';
import type { EmbeddingModel } from '../models/embedding-model.ts';
import type { Environment } from '../models/model-key.ts';

/** The models that linking may ask; null for those that it does without. */
export interface LinkingModels {
  readonly embeddings: EmbeddingModel | null;
}

export const NO_MODELS: LinkingModels = { embeddings: null };

/**
 * The models that settings name for linking. Nothing is asked before there is something to link.
 * @param answers kept from one run to the next; null for none
 * @throws {PawlError} `invalid_setting` for a model that does not exist or lacks its key or price
 */
export function createLinkingModels(
  settings: BatchSettings,
  environment: Environment,
  answers: AnswerCache | null,
): LinkingModels {
  const { link, embeddings, prices, maxCostNanos } = settings;
  if (!link || embeddings === null) return NO_MODELS;
  const access = { environment, prices, maxCostNanos, flow: settings, answers };
  return { embeddings: createEmbeddingModel(parseEmbeddingAddress(embeddings), access) };
}

export async function closeLinkingModels({ embeddings }: LinkingModels): Promise<void> {
  await embeddings?.close();
}
