import { PawlError } from '../domain/errors.ts';

/** Providers by the first word of their address, with how they are written. */
export const MODEL_PROVIDERS = {
  'openai-compatible': 'openai-compatible:MODEL@BASE-URL',
  openai: 'openai:MODEL',
  anthropic: 'anthropic:MODEL',
  google: 'google:MODEL',
  mistral: 'mistral:MODEL',
} as const;

export type ModelProviderName = keyof typeof MODEL_PROVIDERS;

/** Which model of whom. */
export interface ModelAddress {
  readonly provider: ModelProviderName;
  readonly model: string;
  /** Where the API is, without a slash at its end; null for the provider's own place. */
  readonly baseUrl: string | null;
}

/**
 * Reads `anthropic:<model>` or `openai-compatible:<model>@<base-url>`; any provider takes `@<base-url>`, for a proxy. Models may
 * have colons and slashes in their names (`llama3.1:8b`, `meta/llama`).
 * @throws {PawlError} `invalid_setting`
 */
export function parseModelAddress(text: string): ModelAddress {
  const colon = text.indexOf(':');
  const provider = text.slice(0, colon);
  if (!isModelProvider(provider)) throw malformed(text, Object.values(MODEL_PROVIDERS).join(', '));
  const rest = text.slice(colon + 1);
  const at = rest.search(/@https?:\/\//);
  const model = (at < 0 ? rest : rest.slice(0, at)).trim();
  const baseUrl = at < 0 ? null : rest.slice(at + 1).replace(/\/+$/, '');
  const needsUrl = provider === 'openai-compatible' && baseUrl === null;
  if (model === '' || needsUrl || (baseUrl !== null && !URL.canParse(baseUrl))) {
    throw malformed(text, MODEL_PROVIDERS[provider]);
  }
  return { provider, model, baseUrl };
}

/** The model that a provider is; null for one that is none, such as `builtin`. @throws {PawlError} `invalid_setting` */
export function modelOf(provider: string): ModelAddress | null {
  return isModelProvider(provider.slice(0, provider.indexOf(':'))) ? parseModelAddress(provider) : null;
}

/** How a model in a file of this machine is written. */
export const GGUF_FORM = 'gguf:FILE';
const GGUF = 'gguf:';

/** The file of a model that runs on this machine, `gguf:FILE`; null for any other provider. */
export function ggufPath(provider: string): string | null {
  return provider.startsWith(GGUF) ? provider.slice(GGUF.length) : null;
}

function isModelProvider(word: string): word is ModelProviderName {
  return Object.hasOwn(MODEL_PROVIDERS, word);
}

function malformed(text: string, forms: string): PawlError {
  const example = 'openai-compatible:llama3.1:8b@http://localhost:11434/v1';
  return new PawlError('invalid_setting', `"${text}" names no model; write ${forms}, such as ${example}.`);
}
