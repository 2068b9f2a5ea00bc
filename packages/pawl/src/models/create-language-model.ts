import type { ModelPrice } from '../domain/batch.ts';
import { systemClock } from '../engine/system-clock.ts';
import { AiSdkModel } from './ai-sdk/ai-sdk-model.ts';
import { sdkModels } from './ai-sdk/sdk-models.ts';
import type { AnswerCache } from './answers/answer-cache.ts';
import { CachedModel } from './answers/cached-model.ts';
import { createBatchModel, DEFAULT_POLICY } from './batch-api/create-batch-model.ts';
import { FlowControlledModel } from './flow/flow-controlled-model.ts';
import type { FlowSettings } from './flow/flow-settings.ts';
import { GgufModel } from './gguf/gguf-model.ts';
import type { LanguageModel } from './language-model.ts';
import { MeteredModel } from './metered-model.ts';
import type { ModelAddress } from './model-address.ts';
import { type Environment, modelKey } from './model-key.ts';
import { FREE, requiredPrice, type TokenPrice } from './price-list.ts';

/** What a model is reached with. */
export interface ModelAccess {
  /** Keys come from here only. */
  readonly environment: Environment;
  /** That the user has set. */
  readonly prices: readonly ModelPrice[];
  /** A budget in dollars, which is worth nothing without a price; null for none. */
  readonly maxCostNanos: number | null;
  readonly flow: FlowSettings;
  /** Whether whoever asks can do without answers: then a server that gives none is not waited for. */
  readonly isOptional: boolean;
  /** Null to do without. */
  readonly answers: AnswerCache | null;
  /** To ask by the provider's batch API: how long its answers are waited for, and the folder for what is open; null for the live API. */
  readonly batch: { readonly patienceMs: number; readonly folder: string } | null;
}

/**
 * A model by its address. From the outside in: what was answered before is not asked again; what answers take is put down;
 * requests wait for their turn and are sent again where no answer came; the provider's library, loaded with the first question,
 * sends them. Where a batch API is to be used, requests go by that, and by the live one what it leaves.
 * @throws {PawlError} `invalid_setting` when a key is missing (a server of one's own needs none), the price where there is a budget in
 *   dollars, or a batch API where it is to be used
 */
export function createLanguageModel(
  address: ModelAddress,
  { environment, flow, isOptional, answers, batch, ...money }: ModelAccess,
): LanguageModel {
  const apiKey = modelKey(address, environment);
  const price = requiredPrice(address, money);
  const sdk = new AiSdkModel(address, sdkModels(address, apiKey));
  const live = new MeteredModel(new FlowControlledModel(sdk, flow, systemClock, isOptional), price);
  const model = batch === null ? live : byBatches(address, apiKey, live, price, batch);
  return answers === null ? model : new CachedModel(model, answers);
}

function byBatches(
  address: ModelAddress,
  apiKey: string | undefined,
  live: LanguageModel,
  price: TokenPrice | null,
  { patienceMs, folder }: NonNullable<ModelAccess['batch']>,
): LanguageModel {
  return createBatchModel({
    address,
    apiKey: apiKey ?? '',
    live,
    clientWith: (send) => new AiSdkModel(address, sdkModels(address, apiKey, send)),
    price,
    folder,
    policy: { ...DEFAULT_POLICY, patienceMs },
    clock: systemClock,
  });
}

/**
 * A GGUF file of this machine; its answers cost no money, but are kept as those of others are.
 * @param answers null to do without
 * @throws {PawlError} `missing_file`; `invalid_setting` for a file that is no model, and when what runs it is not installed
 */
export function createLocalModel(path: string, answers: AnswerCache | null): LanguageModel {
  const metered = new MeteredModel(new GgufModel(path), FREE);
  return answers === null ? metered : new CachedModel(metered, answers);
}
