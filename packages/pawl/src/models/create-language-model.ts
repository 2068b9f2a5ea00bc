import type { ModelPrice } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import { AiSdkModel, type CreateSdkModel } from './ai-sdk/ai-sdk-model.ts';
import type { LanguageModel } from './language-model.ts';
import { MeteredModel } from './metered-model.ts';
import type { ModelAddress, ModelProviderName } from './model-address.ts';
import { priceOf } from './price-list.ts';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where each provider's key is looked for. */
const KEYS: Readonly<Record<ModelProviderName, string>> = {
  'openai-compatible': 'OPENAI_COMPATIBLE_API_KEY',
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  mistral: 'MISTRAL_API_KEY',
};

/**
 * A model by its address; keys come from the environment only. The provider's library is loaded with the first question.
 * What its answers take is put down.
 * @param prices that the user has set
 * @throws {PawlError} `invalid_setting` when a key is missing (a server of one's own needs none)
 */
export function createLanguageModel(
  address: ModelAddress,
  environment: Environment,
  prices: readonly ModelPrice[],
): LanguageModel {
  const apiKey = environment[KEYS[address.provider]];
  if ((apiKey === undefined || apiKey === '') && address.provider !== 'openai-compatible') {
    const message = `${address.provider}:${address.model} needs a key: set ${KEYS[address.provider]} in the environment.`;
    throw new PawlError('invalid_setting', message);
  }
  return new MeteredModel(new AiSdkModel(address, sdkModels(address, apiKey)), priceOf(address, prices));
}

function sdkModels({ provider, model, baseUrl }: ModelAddress, apiKey: string | undefined): CreateSdkModel {
  const settings = {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === null ? {} : { baseURL: baseUrl }),
  };
  switch (provider) {
    case 'openai-compatible':
      return async (format) => {
        const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
        const supportsStructuredOutputs = format === 'schema';
        return createOpenAICompatible({
          ...settings,
          baseURL: baseUrl ?? '',
          name: 'openai-compatible',
          supportsStructuredOutputs,
        }).chatModel(model);
      };
    case 'openai':
      return async () => (await import('@ai-sdk/openai')).createOpenAI(settings).chat(model);
    case 'anthropic':
      return async () => (await import('@ai-sdk/anthropic')).createAnthropic(settings)(model);
    case 'google':
      return async () => (await import('@ai-sdk/google')).createGoogle(settings)(model);
    case 'mistral':
      return async () => (await import('@ai-sdk/mistral')).createMistral(settings)(model);
    default:
      return provider satisfies never;
  }
}
