import { PawlError } from '../domain/errors.ts';
import { readGgufFile } from './gguf-file.ts';
import { GGUF_FORM, ggufPath, MODEL_PROVIDERS, type ModelAddress, modelOf } from './model-address.ts';
import { modelName } from './model-name.ts';

/** Providers that have embedding models, with how these are written. */
const { anthropic: _, ...EMBEDDING_PROVIDERS } = MODEL_PROVIDERS;

export const EMBEDDING_FORMS: string = [...Object.values(EMBEDDING_PROVIDERS), GGUF_FORM].join(', ');

/** Which embedding model: one behind an API, or a file of this machine. */
export type EmbeddingAddress = ModelAddress | { readonly provider: 'gguf'; readonly path: string };

/** An embedding model by its address, written as that of a language model is. @throws {PawlError} `invalid_setting` */
export function parseEmbeddingAddress(text: string): EmbeddingAddress {
  const path = ggufPath(text);
  if (path !== null && path !== '') return { provider: 'gguf', path };
  const address = modelOf(text);
  if (address !== null && Object.hasOwn(EMBEDDING_PROVIDERS, address.provider)) return address;
  throw new PawlError('invalid_setting', `"${text}" names no embedding model; write ${EMBEDDING_FORMS}.`);
}

/** An embedding model with its provider and place, as states name it. @throws {PawlError} as {@link readGgufFile} */
export function embeddingName(address: EmbeddingAddress): string {
  return address.provider === 'gguf' ? `gguf ${readGgufFile(address.path).name}` : modelName(address);
}
