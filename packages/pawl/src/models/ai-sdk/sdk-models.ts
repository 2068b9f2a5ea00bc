import type { ModelAddress } from '../model-address.ts';
import type { CreateSdkModel } from './ai-sdk-model.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** Clients of the AI SDK for a model. @param send how requests are sent */
export function sdkModels(
  { provider, model, baseUrl }: ModelAddress,
  apiKey: string | undefined,
  send: typeof fetch = boundedFetch,
): CreateSdkModel {
  const settings = {
    fetch: send,
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
