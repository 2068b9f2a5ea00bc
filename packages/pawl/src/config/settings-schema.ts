import { z } from 'zod';
import type { BatchSettings } from '../domain/batch.ts';

/** Longest wait that a timer of Node can hold, 24 days. */
const MAX_DURATION_MS = 24 * 86_400_000;
/** Node's own HTTP client waits no longer for the head of an answer. */
const MAX_REQUEST_MS = 300_000;
const MIN_CACHE_BYTES = 1024 * 1024;
const MAX_CONCURRENCY = 1024;
const MAX_ATTEMPTS = 100;
const MAX_LINE_BYTES = 512 * 1024 * 1024; // a JavaScript string cannot be longer
const MIN_WORKER_MEMORY_MB = 128;
const MAX_WORKER_MEMORY_MB = 1024 * 1024;
const MAX_LISTED = 64;
const MIN_CHUNK_TOKENS = 200;
const MIN_OUTPUT_TOKENS = 256;
const MAX_TOKENS = 1_000_000;

const durationMs = z
  .int()
  .min(1, 'must be longer than nothing')
  .max(MAX_DURATION_MS, 'must not be longer than 24 days');
const fieldNames = z.array(z.string().min(1)).min(1).max(MAX_LISTED).readonly();
const minute = z
  .int()
  .min(0)
  .max(24 * 60 - 1);

/** Validates the settings of a batch: the bounds of each, and of each against the others. */
export const batchSettingsSchema: z.ZodType<BatchSettings> = z
  .strictObject({
    concurrency: z.int().min(0).max(MAX_CONCURRENCY, `must not be more than ${MAX_CONCURRENCY}`),
    stages: z
      .array(z.strictObject({ name: z.string().min(1), provider: z.string().min(1) }))
      .max(MAX_LISTED)
      .refine(namedOnce, 'names a stage twice')
      .readonly(),
    sinks: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[\w.-]{1,64}$/, 'has a name that is not letters, digits, dot, dash or underscore'),
          kind: z.string().min(1),
          options: z.record(z.string(), z.json()),
        }),
      )
      .max(MAX_LISTED)
      .refine(namedOnce, 'names two sinks alike; give one of them another name with name=NAME')
      .readonly(),
    timeLimitMs: durationMs.nullable(),
    workingHours: z.strictObject({ fromMinute: minute, toMinute: minute }).nullable(),
    maxFailures: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('count'), count: z.int().min(0) }),
        z.strictObject({
          kind: z.literal('percent'),
          percent: z.number().positive('must be more than 0%').max(100, 'must not be more than 100%'),
        }),
      ])
      .nullable(),
    maxCostNanos: z.int().min(0).nullable(),
    maxTokens: z.int().min(0).nullable(),
    llmBatchMs: durationMs.nullable(),
    prices: z
      .array(z.strictObject({ model: z.string().min(1), input: z.number().min(0), output: z.number().min(0) }))
      .max(MAX_LISTED)
      .refine((prices) => namedOnce(prices.map(({ model }) => ({ name: model }))), 'names a model twice')
      .readonly(),
    requestTimeoutMs: durationMs.max(MAX_REQUEST_MS, 'must not be longer than 5m'),
    requestsPerMinute: z.int().min(1, 'must be at least 1').nullable(),
    tokensPerMinute: z.int().min(1, 'must be at least 1').nullable(),
    useCache: z.boolean(),
    cacheBytes: z.int().min(MIN_CACHE_BYTES, 'must be at least 1M'),
    stageTimeoutMs: durationMs,
    documentTimeoutMs: durationMs,
    maxAttempts: z.int().min(1, 'must be at least 1').max(MAX_ATTEMPTS, `must not be more than ${MAX_ATTEMPTS}`),
    promptFolder: z.string().min(1).nullable(),
    taxonomyFile: z.string().min(1).nullable(),
    chunkTokens: tokens(MIN_CHUNK_TOKENS),
    maxOutputTokens: tokens(MIN_OUTPUT_TOKENS),
    workerMemoryMb: z
      .int()
      .min(MIN_WORKER_MEMORY_MB, `must be at least ${MIN_WORKER_MEMORY_MB}M`)
      .max(MAX_WORKER_MEMORY_MB, 'must not be more than 1024G'),
    maxLineBytes: z.int().min(1, 'must be at least 1').max(MAX_LINE_BYTES, 'must not be more than 512M'),
    fields: z.strictObject({ text: fieldNames, id: fieldNames, title: fieldNames, date: fieldNames, url: fieldNames }),
    notify: z.array(z.string().min(1)).max(MAX_LISTED).readonly(),
    link: z.boolean(),
    embeddings: z.string().min(1).nullable(),
    summaries: z.string().min(1).nullable(),
  })
  .refine((settings) => settings.stageTimeoutMs <= settings.documentTimeoutMs, {
    path: ['stageTimeoutMs'],
    message: 'must not be longer than document-timeout; raise that too',
    when: ({ issues }) => issues.length === 0,
  }) as z.ZodType<BatchSettings>;

function tokens(min: number) {
  return z.int().min(min, `must be at least ${min}`).max(MAX_TOKENS, `must not be more than ${MAX_TOKENS}`);
}

function namedOnce(named: readonly { readonly name: string }[]): boolean {
  return new Set(named.map(({ name }) => name)).size === named.length;
}
