import type { AcceptanceRecord, Checkpoint } from '../checkpoint/checkpoint.ts';
import { dollarsOf, type Usage } from '../domain/usage.ts';
import type { Receipt } from './receipt.ts';
import { sha256Of } from './sha256.ts';

/** The part of a receipt that the checkpoint alone knows. */
export type BatchSummary = Pick<
  Receipt,
  'batch_id' | 'job_id' | 'status' | 'batch_updated_at' | 'pipeline' | 'settings_sha256' | 'inputs' | 'usage' | 'counts'
>;

export async function summarizeBatch(checkpoint: Checkpoint): Promise<BatchSummary> {
  const { batchId, jobId, status, updatedAtMs, pipeline, settings, ...batch } = await checkpoint.batch();
  const { total, processed, failed } = batch;
  return {
    batch_id: batchId,
    job_id: jobId,
    status,
    batch_updated_at: new Date(updatedAtMs).toISOString(),
    pipeline: pipeline.stages.map(({ name, fingerprint, description }) => ({ name, fingerprint, description })),
    settings_sha256: sha256Of(JSON.stringify(settings)),
    inputs: (await checkpoint.acceptances()).map(describeInput),
    usage: batch.usage.map(describeUsage),
    counts: { total, processed, failed, remaining: total - processed - failed },
  };
}

function describeInput({ source, endedAtMs, inputSha256, lines, blankLines, tally }: AcceptanceRecord) {
  const { added, known, changed, replaced, rejected } = tally;
  return {
    source: source.name,
    complete: endedAtMs !== null,
    sha256: inputSha256,
    lines,
    blank_lines: blankLines,
    added,
    known,
    changed,
    replaced,
    rejected,
  };
}

function describeUsage({ provider, model, requests, inputTokens, outputTokens, costNanos, unpricedTokens }: Usage) {
  return {
    provider,
    model,
    requests,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cost: dollarsOf(costNanos),
    unpriced_tokens: unpricedTokens,
  };
}
