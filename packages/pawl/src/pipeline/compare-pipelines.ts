import type { PipelineIdentity } from '../domain/batch.ts';

/** What differs between the pipeline a batch was made with and another. */
export type PipelineDifference =
  | { readonly kind: 'changed'; readonly stage: string; readonly from: string; readonly to: string }
  | { readonly kind: 'added'; readonly stage: string; readonly to: string }
  | { readonly kind: 'removed'; readonly stage: string; readonly from: string };

/** The differences, in the order of the stages; empty when both give the same. */
export function comparePipelines(from: PipelineIdentity, to: PipelineIdentity): PipelineDifference[] {
  const before = new Map(from.stages.map((stage) => [stage.name, stage]));
  const after = new Set(to.stages.map(({ name }) => name));
  const differences: PipelineDifference[] = [];
  for (const { name, fingerprint, description } of to.stages) {
    const known = before.get(name);
    if (known === undefined) differences.push({ kind: 'added', stage: name, to: description });
    else if (known.fingerprint !== fingerprint) {
      differences.push({ kind: 'changed', stage: name, from: known.description, to: description });
    }
  }
  for (const { name, description } of from.stages) {
    if (!after.has(name)) differences.push({ kind: 'removed', stage: name, from: description });
  }
  return differences;
}

/** A difference in words. */
export function describeDifference(difference: PipelineDifference): string {
  switch (difference.kind) {
    case 'changed':
      return `${difference.stage}: ${difference.from} → ${difference.to}`;
    case 'added':
      return `${difference.stage}: new (${difference.to})`;
    case 'removed':
      return `${difference.stage}: no longer done (${difference.from})`;
    default:
      return difference satisfies never;
  }
}

/** The stages of `to` that must be done again: those that differ, and those after them, which build on them. */
export function stagesToRedo(from: PipelineIdentity, to: PipelineIdentity): string[] {
  const differing = new Set(comparePipelines(from, to).map(({ stage }) => stage));
  const removed = [...differing].some((name) => !to.stages.some((stage) => stage.name === name));
  if (removed) return to.stages.map(({ name }) => name);
  const first = to.stages.findIndex(({ name }) => differing.has(name));
  return first < 0 ? [] : to.stages.slice(first).map(({ name }) => name);
}
