import type { BatchSettings } from '../domain/batch.ts';
import type { AnswerCache } from '../models/answers/answer-cache.ts';
import { createEmbeddingModel } from '../models/create-embedding-model.ts';
import { createLanguageModel, createLocalModel, type ModelAccess } from '../models/create-language-model.ts';
import { parseEmbeddingAddress } from '../models/embedding-address.ts';
import type { EmbeddingModel } from '../models/embedding-model.ts';
import type { LanguageModel } from '../models/language-model.ts';
import { ggufPath, parseModelAddress } from '../models/model-address.ts';
import type { Environment } from '../models/model-key.ts';

/** The models that linking may ask; null for those that it does without. */
export interface LinkingModels {
  readonly embeddings: EmbeddingModel | null;
  /** Says in its own words what storylines tell, and what caused what. */
  readonly summaries: LanguageModel | null;
}

export const NO_MODELS: LinkingModels = { embeddings: null, summaries: null };

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
  const { link, embeddings, summaries, prices, maxCostNanos } = settings;
  if (!link) return NO_MODELS;
  const access = { environment, prices, maxCostNanos, flow: settings, isOptional: true, answers, batch: null };
  return {
    embeddings: embeddings === null ? null : createEmbeddingModel(parseEmbeddingAddress(embeddings), access),
    summaries: summaries === null ? null : createModel(summaries, access),
  };
}

function createModel(provider: string, access: ModelAccess): LanguageModel {
  const path = ggufPath(provider);
  if (path !== null) return createLocalModel(path, access.answers);
  return createLanguageModel(parseModelAddress(provider), access);
}

export async function closeLinkingModels({ embeddings, summaries }: LinkingModels): Promise<void> {
  await embeddings?.close();
  await summaries?.close();
}
