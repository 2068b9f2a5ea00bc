import type { BatchStatus } from './batch-status.ts';
import type { JsonObject } from './document.ts';
import type { Usage } from './usage.ts';

/** A batch as its checkpoint knows it. Times are milliseconds since the epoch. */
export interface Batch {
  readonly batchId: string;
  /** A UUID given at creation; works wherever a batch id does. */
  readonly jobId: string;
  readonly status: BatchStatus;
  /** Why the status is what it is: a pause reason, the message of a failure; null when there is nothing to say. */
  readonly reason: string | null;
  readonly total: number;
  readonly processed: number;
  readonly failed: number;
  /** What was paid over all runs, by provider and model. */
  readonly usage: readonly Usage[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** What each stage is: its name and the identity of its settings, in order. */
  readonly pipeline: PipelineIdentity;
  readonly settings: BatchSettings;
  /** Whether it holds results of other batches in place of documents of its own. */
  readonly isCollection: boolean;
  /** Grows with each change of the settings. */
  readonly settingsVersion: number;
  /** True from the moment the whole input was accepted at least once; never of a collection: who takes the results links them. */
  readonly accepted: boolean;
  /** Grows when a result that may have been delivered is taken back; sinks then deliver anew. */
  readonly resultsEpoch: number;
  /** Identity of the latest order to pause or stop; 0 when there was none. */
  readonly controlId: number;
  /** Whether that order gives back what is in flight instead of finishing it. */
  readonly controlNow: boolean;
}

export interface PipelineIdentity {
  readonly stages: readonly { readonly name: string; readonly fingerprint: string; readonly description: string }[];
}

/** What a user can set for a batch; stored with it, so that `pawl resume` needs nothing else. */
export interface BatchSettings {
  /** Documents in flight at once; 0 picks a number from the machine. */
  readonly concurrency: number;
  /** Provider of each stage: `builtin`, `http:<url>`, or for events `<provider>:<model>`; in order. */
  readonly stages: readonly StageSettings[];
  readonly sinks: readonly SinkSettings[];
  /** Milliseconds a run may last; null for no limit. */
  readonly timeLimitMs: number | null;
  /** Local hours in which the batch works, minutes since midnight; null for always. */
  readonly workingHours: { readonly fromMinute: number; readonly toMinute: number } | null;
  /** Pauses the batch when more documents of one run fail; null for no limit. */
  readonly maxFailures:
    | { readonly kind: 'count'; readonly count: number }
    | { readonly kind: 'percent'; readonly percent: number }
    | null;
  /** The most that all runs together may spend, in billionths of a US dollar; null for no limit. */
  readonly maxCostNanos: number | null;
  /** The most tokens that all runs together may use, input and output; null for no limit. */
  readonly maxTokens: number | null;
  /** Milliseconds that answers by the provider's batch API, at half the price, are waited for; null for the live API. */
  readonly llmBatchMs: number | null;
  /** Prices that count before those pawl knows, by `<provider>:<model>`. */
  readonly prices: readonly ModelPrice[];
  /** For one request to a language model; waits for its turn do not count. */
  readonly requestTimeoutMs: number;
  /** Ceilings on what is sent to each language model, its answers included; null for none but the server's own. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Whether answers of language models are kept, and those kept before are used. */
  readonly useCache: boolean;
  /** What all kept answers of the data folder may take; those used longest ago go first. */
  readonly cacheBytes: number;
  readonly stageTimeoutMs: number;
  readonly documentTimeoutMs: number;
  /** Tries of one stage for one document, the first included. */
  readonly maxAttempts: number;
  /** Folder with files that replace parts of the prompt for events; null for pawl's own. */
  readonly promptFolder: string | null;
  /** File with the taxonomy of events; null for pawl's own. */
  readonly taxonomyFile: string | null;
  /** Text sent to a language model at once, in estimated tokens; longer documents go in chunks. */
  readonly chunkTokens: number;
  /** Tokens a language model may answer with, at most. */
  readonly maxOutputTokens: number;
  /** Heap of one worker thread in MiB. */
  readonly workerMemoryMb: number;
  /** Longest input line in bytes. */
  readonly maxLineBytes: number;
  /** Which input fields hold what, first match wins. */
  readonly fields: FieldMapping;
  /** Commands or https URLs told when a batch ends, pauses, fails or is suspended. */
  readonly notify: readonly string[];
  /** Whether events are linked into storylines. */
  readonly link: boolean;
  /** Address of the embedding model whose vectors are evidence for links; null for none. */
  readonly embeddings: string | null;
  /** Address of the language model that writes what storylines tell and says what caused what; null for none. */
  readonly summaries: string | null;
}

/** What a model takes, in US dollars for a million tokens. */
export interface ModelPrice {
  /** `<provider>:<model>`, such as `openai:gpt-4o-mini`. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
}

export interface StageSettings {
  readonly name: string;
  readonly provider: string;
}

export interface SinkSettings {
  /** Unique in the batch, such as `jsonl`. */
  readonly name: string;
  readonly kind: string;
  readonly options: JsonObject;
}

export interface FieldMapping {
  readonly text: readonly string[];
  readonly id: readonly string[];
  readonly title: readonly string[];
  readonly date: readonly string[];
  readonly url: readonly string[];
}

/** One stretch of work on a batch by one runner; its number is the fencing token. */
export interface Run {
  readonly run: number;
  readonly runner: Runner;
  readonly startedAtMs: number;
  readonly heartbeatAtMs: number;
  /** Null while it holds the batch, and for ever when it died. */
  readonly endedAtMs: number | null;
  /** How it ended: `completed`, `paused`, `stopped`, `interrupted`, `failed`, `died`; null while it holds the batch. */
  readonly end: RunEnd | null;
  readonly processed: number;
  readonly failed: number;
  /** Input and output tokens of answers that it paid for. */
  readonly tokens: number;
  /** Of those whose price is known. */
  readonly costNanos: number;
  /** Control order whose effect is complete: no further document starts. */
  readonly acknowledgedControlId: number;
  /** What the runner last said of its stages. */
  readonly report: RunReport;
}

export const RUN_ENDS = ['completed', 'paused', 'stopped', 'interrupted', 'failed', 'died'] as const;
export type RunEnd = (typeof RUN_ENDS)[number];

/** Who runs a batch. */
export interface Runner {
  readonly pid: number;
  readonly host: string;
  /** Distinguishes a process from a later one with the same pid; null where the system does not tell. */
  readonly processStart: string | null;
}

/** What a runner tells others while it works. */
export interface RunReport {
  readonly inFlight: number;
  readonly stages: readonly StageReport[];
}

export interface StageReport {
  readonly name: string;
  readonly provider: string;
  readonly state: 'working' | 'suspended';
  /** What is being waited for; null while working. */
  readonly waitingFor: string | null;
  readonly suspendedSinceMs: number | null;
  readonly nextProbeAtMs: number | null;
  readonly completed: number;
  readonly retries: number;
  /** Milliseconds of all completed calls of this run. */
  readonly totalMs: number;
}

/** One line of a batch's history; written in the transaction of what it tells. */
export interface HistoryEntry {
  readonly seq: number;
  readonly atMs: number;
  /** Such as `created`, `accepted`, `started`, `paused`, `settings_changed`. */
  readonly event: string;
  readonly from: BatchStatus | null;
  readonly to: BatchStatus | null;
  /** `user@host (pid)`, or `runner`. */
  readonly by: string;
  readonly reason: string | null;
  readonly run: number | null;
  readonly details: JsonObject;
}
