import type { ModelAddress } from './model-address.ts';

/** The name of a provider with the place where another than its own is asked; without what may be secret in it. */
export function placeOf({ provider, baseUrl }: Pick<ModelAddress, 'provider' | 'baseUrl'>): string {
  return baseUrl === null ? provider : `${provider} ${withoutSecrets(baseUrl)}`;
}

/** A model with its provider and place, as states and messages name it. */
export function modelName(address: ModelAddress): string {
  return `${placeOf(address)} ${address.model}`;
}

function withoutSecrets(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return origin + (pathname === '/' ? '' : pathname);
}
