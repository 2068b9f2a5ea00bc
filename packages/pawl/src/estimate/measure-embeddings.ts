import type { Usage } from '../domain/usage.ts';
import { Budget, type BudgetLimits } from '../engine/budget.ts';
import { linkingCall } from '../engine/linking-call.ts';
import type { EmbeddingModel } from '../models/embedding-model.ts';
import type { TextsOfDocument } from './linking-sample.ts';
import type { MeasuredSample } from './measure-sample.ts';

/** What vectors of the documents of a sample took. */
export interface MeasuredEmbeddings {
  readonly documents: readonly { readonly textBytes: number; readonly usage: readonly Usage[] }[];
  /** From the first request to the last answer. */
  readonly ms: number;
}

/**
 * Really asks an embedding model about documents, within what their processing left of the budget. Its vectors are kept for the batch to
 * come.
 * @throws {StageError} when it does not give what it was asked for, or the budget has no room; the signal's reason when aborted
 */
export async function measureEmbeddings(
  model: EmbeddingModel,
  sample: readonly TextsOfDocument[],
  limits: BudgetLimits,
  { spent }: Pick<MeasuredSample, 'spent'>,
  signal: AbortSignal,
): Promise<MeasuredEmbeddings> {
  const budget = new Budget({ limits, spent, onReached: () => undefined });
  const begunAtMs = performance.now();
  const documents = sample.map(async ({ textBytes, texts }) => {
    const usage: Usage[] = [];
    const call = linkingCall(budget, (used) => usage.push(used));
    await model.embed(texts, signal, call);
    return { textBytes, usage };
  });
  return { documents: await Promise.all(documents), ms: performance.now() - begunAtMs };
}
