import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import type { ModelAddress } from '../model-address.ts';
import type { CreateSdkModel } from './ai-sdk-model.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** Clients of the AI SDK for a model. @param send how requests are sent */
export function sdkModels(
  address: ModelAddress,
  apiKey: string | undefined,
  send: typeof fetch = boundedFetch,
): CreateSdkModel {
  const { provider, model, baseUrl } = address;
  const settings = settingsFor(address, apiKey, send);
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

/** A client of the AI SDK for an embedding model. @throws {Error} where the provider has none */
export async function sdkEmbeddings(address: ModelAddress, apiKey: string | undefined): Promise<EmbeddingModelV4> {
  const { provider, model, baseUrl } = address;
  const settings = settingsFor(address, apiKey, boundedFetch);
  switch (provider) {
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      return createOpenAICompatible({ ...settings, baseURL: baseUrl ?? '', name: provider }).embeddingModel(model);
    }
    case 'openai':
      return (await import('@ai-sdk/openai')).createOpenAI(settings).embeddingModel(model);
    case 'google':
      return (await import('@ai-sdk/google')).createGoogle(settings).embeddingModel(model);
    case 'mistral':
      return (await import('@ai-sdk/mistral')).createMistral(settings).embeddingModel(model);
    case 'anthropic':
      throw new Error(`${provider} has no embedding models`);
    default:
      return provider satisfies never;
  }
}

function settingsFor({ baseUrl }: ModelAddress, apiKey: string | undefined, send: typeof fetch) {
  return {
    fetch: send,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === null ? {} : { baseURL: baseUrl }),
  };
}
