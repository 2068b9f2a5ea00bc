/**
 * How a document went through the stages in one try, told once when it leaves its lane, for systems that collect traces.
 * It holds nothing of the document but its id, of failures their codes alone: messages may quote texts.
 */
export type DocumentTrace = {
  readonly batchId: string;
  readonly documentId: string;
  /** Milliseconds since the epoch, by the run's clock. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Which try of the document it was, over all runs, from 1. */
  readonly attempts: number;
  /** In the order in which they began; stages that an earlier result made unnecessary are not among them. */
  readonly stages: readonly StageTrace[];
} & (
  | { readonly outcome: 'processed' | 'given_back' | 'postponed' }
  /** `code` is one of the error catalogue. */
  | { readonly outcome: 'failed'; readonly code: string }
);

/** One stage by one provider; of a chain there is one for each provider that was asked. */
export type StageTrace = {
  readonly name: string;
  readonly provider: string;
  readonly model: string | null;
  /** Waits for a provider that is down are between the two. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
} & (
  | { readonly outcome: 'given_back' | 'postponed' }
  /** `ms` is what the result says, `attempts` how often the provider was asked, `cached` whether a kept answer was used. */
  | { readonly outcome: 'done'; readonly ms: number; readonly attempts: number; readonly cached: boolean }
  | { readonly outcome: 'failed'; readonly code: string; readonly attempts: number }
);
