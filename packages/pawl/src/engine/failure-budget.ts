import type { BatchSettings } from '../domain/batch.ts';

/** A share means little before this many documents of a run are settled. */
const LEAST_SAMPLE = 10;

/** Why a run with these counts is over its failure budget, in one sentence, or null while it is not. */
export function overFailureBudget(
  budget: BatchSettings['maxFailures'],
  counts: { readonly processed: number; readonly failed: number },
): string | null {
  if (budget === null) return null;
  if (budget.kind === 'count') {
    return counts.failed > budget.count ? `${counts.failed} documents failed, more than ${budget.count}` : null;
  }
  const settled = counts.processed + counts.failed;
  if (settled < LEAST_SAMPLE || counts.failed * 100 <= budget.percent * settled) return null;
  return `${counts.failed} of ${settled} documents failed, more than ${budget.percent}%`;
}
