import { z } from 'zod';

/** The states that the server shows of a batch; see docs/GLOSSARY.md. */
const STATUSES = ['QUEUED', 'RUNNING', 'PAUSED', 'INTERRUPTED', 'STOPPED', 'FAILED', 'COMPLETED'] as const;
const jobStatusSchema = z.enum(STATUSES);

const time = z.iso.datetime().describe('ISO 8601, UTC');
const count = z.int().nonnegative();

const runnerSchema = z.object({
  run: z.int().positive(),
  pid: z.int(),
  host: z.string(),
  started_at: time,
  heartbeat_at: time,
  in_flight: count.describe('documents that it works on right now'),
});

const stageSchema = z.object({
  name: z.string(),
  provider: z.string(),
  state: z.enum(['working', 'suspended', 'idle']),
  waiting_for: z.string().nullable().describe('why it is suspended'),
  suspended_since: time.nullable(),
  next_probe_at: time.nullable(),
  completed: count.describe('of the present or last run'),
  retries: count,
  mean_ms: z.number().nonnegative().nullable(),
});

const sinkSchema = z.object({
  name: z.string(),
  delivered: count,
  lag: count.describe('results that it does not hold yet'),
  error: z.string().nullable(),
  failing_since: time.nullable(),
});

const collectedSchema = z.object({
  batch_id: z.string(),
  documents: count.describe('of its documents, those in the collection'),
  read_at: time,
});

const usageSchema = z.object({
  provider: z.string(),
  model: z.string(),
  requests: count,
  tokens: count,
  input_tokens: count,
  output_tokens: count,
  cost: z.number().nonnegative().nullable().describe('US dollars; null when no price is known'),
  unpriced_tokens: count,
});

const jobSummaryShape = {
  batch_id: z.string(),
  job_id: z.uuid().describe('works wherever a batch id does'),
  status: jobStatusSchema,
  reason: z.string().nullable().describe('why it is paused or failed'),
  total_documents: count,
  processed: count,
  failed: count,
  remaining: count,
  progress_percentage: z.number().min(0).max(100).describe('documents with an outcome, of all; 100 at the end alone'),
  created_at: time,
  updated_at: time,
  queue_position: z
    .int()
    .positive()
    .nullable()
    .describe('where it is among those that this server will work on when it has room, 1 for the next; else null'),
};

/** A batch in a list. */
export const jobSummarySchema = z.object(jobSummaryShape).describe('A batch in a list.');
export type JobSummary = z.output<typeof jobSummarySchema>;

/** A batch as `pawl status --json` says, and the same numbers under the names that earlier clients know. */
export const jobSchema = z
  .object({
    ...jobSummaryShape,
    rate_docs_per_min: z.number().nonnegative().nullable(),
    eta_seconds: count.nullable(),
    tokens: count.describe('of all answers of language models, over all runs'),
    cost: z.number().nonnegative().nullable().describe('US dollars for them, as far as prices are known'),
    usage: z.array(usageSchema).describe('tokens and cost by model'),
    storylines: z
      .object({
        found: count,
        settled: z.boolean().describe('whether everything that is there is linked'),
        missing: z.string().nullable().describe('what they lack of what models were to give'),
      })
      .nullable()
      .describe('how far its events are linked'),
    runner: runnerSchema.nullable().describe('who works on it now'),
    stages: z.array(stageSchema),
    sinks: z.array(sinkSchema),
    collected_from: z.array(collectedSchema).describe('for a collection the batches that it is made of; else empty'),
    progress: z.number().min(0).max(100).describe('the same as progress_percentage'),
    documents_processed: count.describe('the same as processed'),
    documents_total: count.describe('the same as total_documents'),
    result: z
      .object({
        processed: count,
        failed: count,
        results_url: z.string().describe('where the results are, as NDJSON'),
        failures_url: z.string(),
      })
      .nullable()
      .describe('once the batch is COMPLETED'),
  })
  .describe('A batch as it is now.');
export type Job = z.output<typeof jobSchema>;

/** A page of batches. */
export const jobListSchema = z
  .object({
    jobs: z.array(jobSummarySchema),
    unreadable: z
      .array(z.object({ batch_id: z.string(), error: z.string() }))
      .describe('batches whose checkpoint cannot be read; on the first page'),
    total: count.describe('batches that the filter lets through'),
    next: z.string().nullable().describe('the cursor of the next page; null on the last'),
  })
  .describe('Batches, the newest first.');
export type JobList = z.output<typeof jobListSchema>;

export const jobListQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(400).optional().describe('`next` of the page before'),
  status: jobStatusSchema.optional(),
  q: z.string().max(200).optional().describe('part of the batch id, in any case'),
});

export const jobParamsSchema = z.object({ id: z.string().min(1).max(200).describe('batch or job id') });
