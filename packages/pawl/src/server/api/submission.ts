import { z } from 'zod';

const optionValue = z.union([z.string(), z.number(), z.null(), z.array(z.union([z.string(), z.number()]))]);

const pipelineChoiceSchema = z
  .enum(['keep', 'replace'])
  .optional()
  .describe('where the batch was made with another pipeline: keep its results, or replace what differs');

export const batchBodySchema = z
  .strictObject({
    documents: z.array(z.unknown()).min(1).max(100_000).describe('objects with a text and, if they have one, an id'),
    batch_id: z.string().min(1).max(128).optional().describe('default: made anew, or from the Idempotency-Key'),
    options: z
      .record(z.string(), optionValue)
      .default({})
      .describe('settings of the batch, keys and values as in a settings file, such as `{"concurrency": 4}`'),
    pipeline: pipelineChoiceSchema,
  })
  .describe('Documents to be processed.');

export const submissionHeadersSchema = z.object({
  'idempotency-key': z.string().min(1).max(255).optional().describe('repeating a request with its key changes nothing'),
});

/** What a submission came to. */
export const submissionSchema = z
  .object({
    success: z.literal(true),
    job_id: z.uuid(),
    batch_id: z.string(),
    document_count: z.int().nonnegative().describe('documents that the request held'),
    message: z.string(),
    accepted: z
      .object({
        added: z.int().nonnegative(),
        known: z.int().nonnegative().describe('were there with the same content'),
        changed: z.int().nonnegative().describe('were there with other content, and kept it'),
        replaced: z.int().nonnegative().describe('were there with other content, and are done again'),
        rejected: z.int().nonnegative().describe('are no documents; each is a failed document that says why'),
      })
      .describe('what became of them; the parts add up to document_count'),
  })
  .describe('Saved; work begins at once.');
export type Submission = z.output<typeof submissionSchema>;

export const streamQuerySchema = z.object({
  reprocess_changed: z.enum(['true', 'false']).default('false').describe('do known documents with other content again'),
  pipeline: pipelineChoiceSchema,
});
