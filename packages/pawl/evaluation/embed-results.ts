import { DEFAULT_SETTINGS } from '../src/config/default-settings.ts';
import type { DocumentResult } from '../src/domain/result.ts';
import { UNATTENDED_CALL } from '../src/domain/stage-call.ts';
import { createEmbeddingModel } from '../src/models/create-embedding-model.ts';
import { parseEmbeddingAddress } from '../src/models/embedding-address.ts';
import { type DocumentMeanings, meaningsOf } from '../src/storylines/document-meanings.ts';

/** What an embedding model makes of results. @param address such as `openai:text-embedding-3-small` */
export function embedResults(
  all: readonly { readonly result: DocumentResult }[],
  address: string,
): Promise<DocumentMeanings[]> {
  const model = createEmbeddingModel(parseEmbeddingAddress(address), {
    environment: process.env,
    prices: [],
    maxCostNanos: null,
    flow: DEFAULT_SETTINGS,
    answers: null,
  });
  const results = all.map(({ result }) => result);
  return meaningsOf(results, model, new AbortController().signal, UNATTENDED_CALL);
}
