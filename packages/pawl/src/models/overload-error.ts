import { StageError, type StageErrorOptions } from '../domain/stage-error.ts';

/**
 * How a server says that it has too much to do.
 * - `too_many`: too many requests at once; one may go as soon as another has ended.
 * - `too_fast`: too many in a span of time; only time helps.
 * - `unsaid`: one or the other.
 */
export type Overload = 'too_many' | 'too_fast' | 'unsaid';

/** A server refused a request because of how many there are, not because of what is in it. */
export class OverloadError extends StageError {
  readonly overload: Overload;

  constructor(overload: Overload, message: string, options: StageErrorOptions) {
    super('unavailable', 'provider_unavailable', message, options);
    this.overload = overload;
  }
}
