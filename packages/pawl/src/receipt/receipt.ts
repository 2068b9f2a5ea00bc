import { z } from 'zod';

export const RECEIPT_FILE = 'receipt.json';
export const OUTCOMES_FILE = 'outcomes.jsonl';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** What `receipt.json` says: what went in, what became of it, and checksums of it all. */
export const receiptSchema = z.object({
  format: z.literal('pawl-receipt'),
  version: z.literal(1),
  batch_id: z.string(),
  job_id: z.string(),
  status: z.string(),
  written_at: z.iso.datetime(),
  pipeline: z.array(z.object({ name: z.string(), fingerprint: z.string(), description: z.string() })),
  /** Of the batch's settings as JSON. */
  settings_sha256: sha256,
  inputs: z.array(
    z.object({
      source: z.string(),
      /** Of the input's bytes as they were stored; null when it was not read to its end. */
      sha256: sha256.nullable(),
      lines: count,
      blank_lines: count,
      added: count,
      known: count,
      changed: count,
      replaced: count,
      rejected: count,
    }),
  ),
  counts: z.object({ total: count, processed: count, failed: count, remaining: count }),
  /** The file with one line for each document and rejected line: exactly one outcome each. */
  outcomes: z.object({ file: z.string(), lines: count, sha256 }),
  /** Files in the batch's folder that hold results. */
  outputs: z.array(z.object({ sink: z.string(), file: z.string(), results: count, sha256 })),
});

export type Receipt = z.infer<typeof receiptSchema>;

/** One line of `outcomes.jsonl`. */
export interface OutcomeLine {
  /** The input's name and the line in it, from 1. */
  readonly source: string;
  readonly line: number;
  readonly document_id: string;
  readonly outcome: 'processed' | 'failed' | 'pending';
  /** Why it failed. */
  readonly code?: string;
  /** Of the result as JSON. */
  readonly result_sha256?: string;
}
