import { z } from 'zod';
import { sha256Of } from './sha256.ts';

export const RECEIPT_FILE = 'receipt.json';
export const OUTCOMES_FILE = 'outcomes.jsonl';
/** What linking leaves in the folder, a storyline and a linkage a line. */
export const STORYLINES_FILE = 'storylines.jsonl';
export const LINKAGES_FILE = 'linkages.jsonl';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const moment = z.iso.datetime();

/** What `receipt.json` says: what went in, what became of it, and checksums of it all. */
export const receiptSchema = z.strictObject({
  format: z.literal('pawl-receipt'),
  version: z.literal(1),
  batch_id: z.string(),
  job_id: z.string(),
  status: z.string(),
  written_at: moment,
  /** The last change of the batch that the receipt knows of. */
  batch_updated_at: moment,
  pipeline: z.array(z.strictObject({ name: z.string(), fingerprint: z.string(), description: z.string() })),
  /** Of the batch's settings as JSON. */
  settings_sha256: sha256,
  inputs: z.array(
    z.strictObject({
      source: z.string(),
      /** Whether it was read to its end. One that was cut off counts what it gave until then, and has no lines. */
      complete: z.boolean(),
      /** Of the input's bytes as they were stored; null when it was not read to its end. */
      sha256: sha256.nullable(),
      /** The blank ones and those of each outcome below together. */
      lines: count,
      blank_lines: count,
      added: count,
      known: count,
      changed: count,
      replaced: count,
      rejected: count,
    }),
  ),
  /** What the answers of language models took, over all runs. */
  usage: z
    .array(
      z.strictObject({
        provider: z.string(),
        model: z.string(),
        requests: count,
        input_tokens: count,
        output_tokens: count,
        /** US dollars; tokens without a known price are not in it. */
        cost: z.number().nonnegative(),
        unpriced_tokens: count,
      }),
    )
    .optional(),
  counts: z.strictObject({ total: count, processed: count, failed: count, remaining: count }),
  /** The file with one line for each document and rejected line: exactly one outcome each. */
  outcomes: z.strictObject({ file: z.literal(OUTCOMES_FILE), lines: count, sha256 }),
  /** Files in the batch's folder that hold results, one a line. */
  outputs: z.array(z.strictObject({ sink: z.string(), file: z.string(), bytes: count, results: count, sha256 })),
  /** The files of linking, and those in the folder that sinks keep of it; absent where the batch was not linked. */
  storylines: z
    .array(
      z.strictObject({
        file: z.string().regex(/^[^/\\]+$/),
        /** Absent in older receipts, which know the two files of linking alone. */
        holds: z.enum(['storylines', 'linkages']).optional(),
        bytes: count,
        sha256,
      }),
    )
    .optional(),
  /** Of this receipt without this field, as JSON without white space: tells a receipt that was edited. */
  receipt_sha256: sha256,
});

export type Receipt = z.infer<typeof receiptSchema>;

/** Gives a receipt its checksum, and its fields the order of the schema, in which they are summed. */
export function sealReceipt(receipt: Omit<Receipt, 'receipt_sha256'>): Receipt {
  const ordered = receiptSchema.parse({ ...receipt, receipt_sha256: '0'.repeat(64) });
  return { ...ordered, receipt_sha256: receiptSha256(ordered) };
}

/** The checksum of a receipt as it was parsed or sealed. */
export function receiptSha256({ receipt_sha256: _, ...rest }: Receipt): string {
  return sha256Of(JSON.stringify(rest));
}
