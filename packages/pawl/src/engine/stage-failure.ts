import { type ErrorCode, isPawlError, messageOf } from '../domain/errors.ts';
import type { StageFault } from '../domain/stage-error.ts';

/** What is known of a failed call. */
export interface StageFailure {
  readonly fault: StageFault;
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs: number;
  readonly rawAnswer: string | undefined;
}

const FAULTS: ReadonlySet<unknown> = new Set<StageFault>(['permanent', 'transient', 'unavailable', 'postponed']);

/** Reads whatever a stage threw; what does not say whose fault it was counts as the document's. */
export function readStageFailure(error: unknown): StageFailure {
  const said = error as Partial<StageFailure> | null;
  if (error instanceof Error && error.name === 'StageError' && FAULTS.has(said?.fault)) {
    return {
      fault: said?.fault ?? 'permanent',
      code: said?.code ?? 'stage_failed',
      message: error.message,
      retryAfterMs: said?.retryAfterMs ?? 0,
      rawAnswer: said?.rawAnswer,
    };
  }
  const code = isPawlError(error) ? error.code : 'stage_failed';
  return { fault: 'permanent', code, message: messageOf(error), retryAfterMs: 0, rawAnswer: undefined };
}
