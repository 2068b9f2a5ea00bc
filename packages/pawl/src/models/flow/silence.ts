import type { Clock } from '../../engine/clock.ts';

/** For so long after it was given up, a server is not asked again. */
const LET_ALONE_MS = 10_000;

/**
 * Gives up a server that takes requests and answers none: when a request's time has passed and nothing was heard of the server since it was
 * sent, all others that are under way or wait end with it. For who can do without; whoever cannot sends again.
 */
export class Silence {
  readonly #clock: Clock;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;
  #ending = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Is aborted, with the error of the request that told, when the server is given up; another one once it may be asked again. */
  get signal(): AbortSignal {
    if (this.#ending.signal.aborted && this.#clock.now() >= this.#untilMs) this.#ending = new AbortController();
    return this.#ending.signal;
  }

  /** The server answered, be it with a refusal. */
  heard(): void {
    this.#heardAtMs = this.#clock.now();
  }

  /** A request that was sent at `sentAtMs` got no answer in its time. */
  timedOut(sentAtMs: number, error: Error): void {
    if (this.#heardAtMs >= sentAtMs || this.#ending.signal.aborted) return;
    this.#untilMs = this.#clock.now() + LET_ALONE_MS;
    this.#ending.abort(error);
  }
}
