import type { DocumentResult } from './result.ts';

/** Where a document failed: reading its line, a stage of the pipeline, or the run as a whole. */
export type FailureStage = 'accept' | 'run' | (string & {});

/** Why a document failed. */
export interface DocumentFailure {
  /** A code of the error catalogue. */
  readonly code: string;
  /** One sentence for a human; may quote untrusted text. */
  readonly message: string;
  readonly stage: FailureStage;
  /** How often the failing step was tried before it was given up; at least 1. */
  readonly attempts: number;
  /** What the provider answered, when that is worth keeping; at most 64 KiB. */
  readonly rawAnswer?: string;
}

/** What became of a document. */
export type Outcome =
  | { readonly kind: 'processed'; readonly result: DocumentResult }
  | { readonly kind: 'failed'; readonly failure: DocumentFailure };
