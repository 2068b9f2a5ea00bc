import type { ErrorCode } from './errors.ts';

/**
 * Whose fault it is that a stage failed.
 * - `permanent`: the document's; it fails at once.
 * - `transient`: perhaps the document's, perhaps the provider's; tried again, and then the provider's probe decides.
 * - `unavailable`: the provider's; the stage is suspended and the document waits.
 * - `postponed`: nobody's; the document stays as it was, until the stage has what it waits for or another run takes it up.
 */
export type StageFault = 'permanent' | 'transient' | 'unavailable' | 'postponed';

export interface StageErrorOptions extends ErrorOptions {
  /** The least time to wait, as the provider asked for it. */
  readonly retryAfterMs?: number;
  readonly rawAnswer?: string;
}

/** An error of a stage. Match on `fault`. */
export class StageError extends Error {
  override readonly name = 'StageError';
  readonly fault: StageFault;
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly rawAnswer: string | undefined;

  constructor(fault: StageFault, code: ErrorCode, message: string, options: StageErrorOptions = {}) {
    super(message, options);
    this.fault = fault;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.rawAnswer = options.rawAnswer;
  }
}
