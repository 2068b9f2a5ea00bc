import type { StageCall } from '../../domain/stage-call.ts';
import { StageError } from '../../domain/stage-error.ts';
import type { Clock } from '../../engine/clock.ts';
import type { ModelAnswer } from '../language-model.ts';
import { OverloadError } from '../overload-error.ts';
import { type FlightEnd, FlowControl, withJitter } from './flow-control.ts';
import type { FlowSettings } from './flow-settings.ts';
import { Silence } from './silence.ts';
import { withTimeout } from './with-timeout.ts';

// Sends when the server has room, and again where no answer came. What holds:
// - An answer, whatever it says, and a refusal of the request itself are handed on at once: asking the same again would pay
//   twice, or fail again.
// - A refusal for load is the server's affair: the request waits and is sent again, for as long as the server answers others.
//   Once it has refused every request for some time, it is down, and the stage is told.
// - A request that got no answer (time-out, reset, HTTP 500, half an answer) is sent again a few times; where whoever asks can do without,
//   a server that answers nobody is given up with the first that timed out.

/** Sends of one request that ended without an answer. */
const MAX_TRIES = 5;
const BASE_DELAY_MS = 250;
const MAX_DELAY_MS = 15_000;
/** A server that refuses every request for so long, or asks for so much quiet, is down. */
const PATIENCE_MS = 30_000;
/** An answer takes this much longer for each token it has than for one it was asked with. */
const WORK_PER_INPUT_TOKEN = 0.1;

/** What an answer says of the work that it was. */
export type PacedAnswer = Pick<ModelAnswer, 'inputTokens' | 'outputTokens' | 'allowances'>;

/** The requests to one model of one server. */
export class PacedRequests {
  readonly #settings: FlowSettings;
  readonly #clock: Clock;
  readonly #flow: FlowControl;
  /** Null where requests are sent again whatever the server does. */
  readonly #silence: Silence | null;
  /** Since when every request has been refused; null while the server answers. */
  #refusingSinceMs: number | null = null;

  /** @param isOptional whether whoever asks can do without answers */
  constructor(settings: FlowSettings, clock: Clock, isOptional: boolean) {
    this.#settings = settings;
    this.#clock = clock;
    this.#flow = new FlowControl(settings, clock);
    this.#silence = isOptional ? new Silence(clock) : null;
  }

  /**
   * @param tokens what it will take, as far as can be guessed
   * @param request sends it once
   * @throws {StageError} by whose fault it is; the signal's reason when aborted
   */
  async send<Answer extends PacedAnswer>(
    tokens: number,
    request: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal,
    call: StageCall,
  ): Promise<Answer> {
    let failures = 0;
    let refusals = 0;
    for (;;) {
      const until = this.#silence === null ? signal : AbortSignal.any([signal, this.#silence.signal]);
      try {
        return await this.#sendOnce(tokens, request, until, call);
      } catch (error) {
        if (until.aborted) throw until.reason;
        if (!(error instanceof StageError)) throw error;
        const isRefusal = error instanceof OverloadError;
        const isFinal = isRefusal ? this.#isDown(error) : error.fault !== 'transient' || ++failures >= MAX_TRIES;
        if (isFinal) throw error;
        const delayMs = this.#delayMs(error, isRefusal ? ++refusals : failures);
        await wait(
          call,
          until,
          (calledOff) => this.#clock.sleep(delayMs, calledOff),
          () => undefined,
        );
      }
    }
  }

  /** Sends past every queue, to learn whether the server works. */
  async probe(request: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.#inTime(signal, request);
    this.#refusingSinceMs = null;
  }

  async #sendOnce<Answer extends PacedAnswer>(
    tokens: number,
    request: (signal: AbortSignal) => Promise<Answer>,
    signal: AbortSignal,
    call: StageCall,
  ): Promise<Answer> {
    const pass = (until: AbortSignal) => this.#flow.pass(tokens, until);
    const flight = await wait(call, signal, pass, (unused) => unused.end({ kind: 'dropped' }));
    const sentAtMs = this.#clock.now();
    try {
      const answer = await this.#inTime(signal, request);
      this.#silence?.heard();
      flight.end(this.#answered(answer));
      return answer;
    } catch (error) {
      if (error instanceof OverloadError) this.#refusingSinceMs ??= this.#clock.now();
      this.#listen(error, sentAtMs); // before the flight's end, which would send the next
      flight.end(endOf(error));
      throw error;
    }
  }

  /** Even an error page is a sign of life. */
  #listen(error: unknown, sentAtMs: number): void {
    if (!(error instanceof StageError)) return;
    if (error.code === 'timeout') this.#silence?.timedOut(sentAtMs, error);
    else this.#silence?.heard();
  }

  #inTime<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { requestTimeoutMs } = this.#settings;
    const message = `No answer within ${requestTimeoutMs / 1_000} s.`;
    const timedOut = new StageError('transient', 'timeout', message);
    return withTimeout(signal, { ms: requestTimeoutMs, timedOut, clock: this.#clock }, work);
  }

  #answered({ inputTokens, outputTokens, allowances = [] }: PacedAnswer): FlightEnd {
    this.#refusingSinceMs = null;
    if (outputTokens === null) return { kind: 'answered', work: 1, tokens: null, allowances };
    return {
      kind: 'answered',
      work: 1 + outputTokens + WORK_PER_INPUT_TOKEN * (inputTokens ?? 0),
      tokens: outputTokens + (inputTokens ?? 0),
      allowances,
    };
  }

  #isDown({ retryAfterMs = 0 }: OverloadError): boolean {
    if (retryAfterMs > PATIENCE_MS) return true;
    return this.#refusingSinceMs !== null && this.#clock.now() - this.#refusingSinceMs >= PATIENCE_MS;
  }

  /** Exponential backoff with full jitter, after the time that the server asked for. */
  #delayMs({ retryAfterMs = 0 }: StageError, attempt: number): number {
    const ceiling = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** Math.min(attempt - 1, 10));
    return withJitter(retryAfterMs, this.#clock.random()) + this.#clock.random() * ceiling;
  }
}

/**
 * Waits in the call's stand-still, and calls off what is waited for when that ends first.
 * @param giveBack for what came all the same
 */
async function wait<T>(
  call: StageCall,
  signal: AbortSignal,
  begin: (until: AbortSignal) => Promise<T>,
  giveBack: (value: T) => void,
): Promise<T> {
  const calledOff = new AbortController();
  const begun = begin(AbortSignal.any([signal, calledOff.signal]));
  try {
    return await call.standStill(begun);
  } catch (error) {
    calledOff.abort(error);
    begun.then(giveBack, () => undefined);
    throw error;
  }
}

function endOf(error: unknown): FlightEnd {
  if (error instanceof OverloadError) {
    return { kind: 'refused', overload: error.overload, retryAfterMs: error.retryAfterMs };
  }
  return { kind: error instanceof StageError && error.code === 'timeout' ? 'timed_out' : 'dropped' };
}
