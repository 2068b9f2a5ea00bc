import { z } from 'zod';
import { jobSchema } from './job.ts';

export const orderBodySchema = z
  .strictObject({ now: z.boolean().default(false).describe('give back what is in flight instead of finishing it') })
  .nullish();

export const orderAnswerSchema = z
  .object({
    job: jobSchema,
    runner: z
      .enum(['idle', 'acknowledged', 'unanswered'])
      .describe('`acknowledged`: no further document starts; `unanswered`: it may be frozen and obeys when it wakes'),
    in_flight: z.int().nonnegative().describe('documents that are still finished and saved'),
  })
  .describe('What an order brought about.');
export type OrderAnswer = z.output<typeof orderAnswerSchema>;

export const resumeBodySchema = z
  .strictObject({
    pipeline: z
      .enum(['keep', 'replace'])
      .optional()
      .describe('where the batch was made with another pipeline: keep its results, or replace what differs'),
  })
  .nullish();

export const retryBodySchema = z
  .strictObject({
    codes: z.array(z.string().max(64)).max(100).default([]).describe('those that failed with one of these codes'),
    document_ids: z.array(z.string().min(1).max(512)).max(1_000).default([]).describe('these documents'),
  })
  .nullish();

export const retryAnswerSchema = z
  .object({ job: jobSchema, retried: z.int().nonnegative().describe('failed documents that have work again') })
  .describe('What a retry brought about.');
export type RetryAnswer = z.output<typeof retryAnswerSchema>;
