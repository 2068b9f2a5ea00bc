import type { SettledDocument } from '../checkpoint/checkpoint.ts';
import type { BatchSettings } from '../domain/batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { Budget } from './budget.ts';
import type { Clock } from './clock.ts';
import { DocumentAccount } from './document-account.ts';
import { GuardedStages } from './guarded-stages.ts';
import { RETRY_DELAYS } from './retry-policy.ts';
import { workDocument } from './work-document.ts';

/** The batch id in the results of documents that belong to none. */
const NO_BATCH = 'single';

export interface DeskDocument {
  readonly documentId: string;
  /** The input object as JSON. */
  readonly source: string;
  /** A new UUID, for the result. */
  readonly jobId: string;
}

/**
 * Takes single documents through a pipeline, outside of any batch: the same stages, retries and circuit breakers as in a run,
 * and a budget for all documents of the desk together. Nothing is saved.
 */
export class DocumentDesk {
  readonly #pipeline: Pipeline;
  readonly #settings: BatchSettings;
  readonly #clock: Clock;
  readonly #stages: GuardedStages;
  readonly #budget: Budget;

  constructor(pipeline: Pipeline, settings: BatchSettings, clock: Clock) {
    this.#pipeline = pipeline;
    this.#settings = settings;
    this.#clock = clock;
    this.#stages = new GuardedStages(pipeline, clock, () => undefined);
    this.#budget = new Budget({
      limits: settings,
      spent: { tokens: 0, costNanos: 0, unpricedTokens: 0 },
      onReached: () => undefined, // each document that is given back says so
    });
  }

  /** The stages that are suspended, with what they wait for. */
  get suspensions(): readonly { readonly name: string; readonly waitingFor: string }[] {
    return this.#stages.report().flatMap(({ name, waitingFor }) => (waitingFor === null ? [] : [{ name, waitingFor }]));
  }

  /** @returns the outcome; null when `signal` was aborted first, or the budget is reached */
  async process({ documentId, source, jobId }: DeskDocument, signal: AbortSignal): Promise<SettledDocument | null> {
    const settings = this.#settings;
    const pending = { seq: 1, documentId, source, attempts: 0, deaths: 0, previousResult: null, redoStages: [] };
    const outcome = await workDocument(pending, {
      batch: { batchId: NO_BATCH, jobId, settings },
      stages: this.#stages.all,
      limits: {
        retry: { maxAttempts: settings.maxAttempts, ...RETRY_DELAYS },
        stageTimeoutMs: settings.stageTimeoutMs,
      },
      documentTimeoutMs: settings.documentTimeoutMs,
      signals: { drain: signal, abort: signal },
      clock: this.#clock,
      account: new DocumentAccount(this.#budget, () => undefined),
    });
    return outcome.kind === 'settled' ? outcome.settled : null;
  }

  async close(): Promise<void> {
    this.#stages.close();
    await this.#pipeline.close();
  }
}
