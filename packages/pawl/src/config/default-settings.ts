import type { BatchSettings } from '../domain/batch.ts';

const MINUTE_MS = 60_000;

/** What a batch is set to where the user says nothing. */
export const DEFAULT_SETTINGS: BatchSettings = {
  concurrency: 0,
  stages: [
    { name: 'entities', provider: 'builtin' },
    { name: 'dependencies', provider: 'builtin' },
    { name: 'events', provider: 'builtin' },
  ],
  sinks: [{ name: 'jsonl', kind: 'jsonl', options: {} }],
  timeLimitMs: null,
  workingHours: null,
  maxFailures: null,
  maxCostNanos: null,
  maxTokens: null,
  prices: [],
  llmBatchMs: null,
  requestTimeoutMs: 2 * MINUTE_MS,
  requestsPerMinute: null,
  tokensPerMinute: null,
  useCache: true,
  cacheBytes: 2 * 1024 ** 3,
  stageTimeoutMs: 5 * MINUTE_MS,
  documentTimeoutMs: 15 * MINUTE_MS,
  maxAttempts: 4,
  promptFolder: null,
  taxonomyFile: null,
  chunkTokens: 3_000,
  maxOutputTokens: 4_096,
  workerMemoryMb: 1024,
  maxLineBytes: 16 * 1024 * 1024,
  fields: {
    text: ['cleaned_text', 'original_text', 'text', 'content'],
    id: ['document_id', 'id'],
    title: ['cleaned_title', 'title'],
    date: ['cleaned_publication_date', 'publication_date', 'published_at', 'date'],
    url: ['cleaned_source_url', 'source_url', 'url'],
  },
  notify: [],
  link: true,
  embeddings: null,
  summaries: null,
};
