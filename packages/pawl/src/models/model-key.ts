import { PawlError } from '../domain/errors.ts';
import type { ModelAddress, ModelProviderName } from './model-address.ts';

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

/** An environment in which no key is missing, for models that are made and never asked. */
export function withAnyKeys(environment: Environment): Environment {
  return { ...Object.fromEntries(Object.values(KEYS).map((name) => [name, 'not-asked'])), ...environment };
}

/** The key of a model's provider; undefined where there is none and none is needed. @throws {PawlError} `invalid_setting` */
export function modelKey({ provider, model }: ModelAddress, environment: Environment): string | undefined {
  const key = environment[KEYS[provider]];
  if (provider === 'openai-compatible' || (key !== undefined && key !== '')) return key;
  const message = `${provider}:${model} needs a key: set ${KEYS[provider]} in the environment.`;
  throw new PawlError('invalid_setting', message);
}
