import { PawlError } from '../domain/errors.ts';
import { MODEL_PROVIDERS, type ModelAddress, modelOf } from './model-address.ts';

/** Providers that have embedding models, with how these are written. */
const { anthropic: _, ...EMBEDDING_PROVIDERS } = MODEL_PROVIDERS;

export const EMBEDDING_FORMS: string = Object.values(EMBEDDING_PROVIDERS).join(', ');

/** An embedding model by its address, written as that of a language model. @throws {PawlError} `invalid_setting` */
export function parseEmbeddingAddress(text: string): ModelAddress {
  const address = modelOf(text);
  if (address !== null && Object.hasOwn(EMBEDDING_PROVIDERS, address.provider)) return address;
  throw new PawlError('invalid_setting', `"${text}" names no embedding model; write ${EMBEDDING_FORMS}.`);
}
