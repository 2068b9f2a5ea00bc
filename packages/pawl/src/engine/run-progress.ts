import type { Batch, RunReport } from '../domain/batch.ts';
import type { Spent } from '../domain/usage.ts';
import type { Halt } from './halt.ts';

/** What a run tells the process it runs in, after each commit and at least every two seconds. */
export interface RunProgress {
  /** As it was when the run began, settings apart. */
  readonly batch: Batch;
  /** Of this run. */
  readonly processed: number;
  /** Of this run. */
  readonly failed: number;
  /** By all runs of the batch. */
  readonly spent: Spent;
  readonly report: RunReport;
  /** Why no further document starts, or null while they do. */
  readonly halting: Halt | null;
}
