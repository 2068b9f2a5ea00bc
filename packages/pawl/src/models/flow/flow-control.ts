import type { Clock } from '../../engine/clock.ts';
import type { RateAllowance } from '../language-model.ts';
import type { Overload } from '../overload-error.ts';
import { ConcurrencyLimit, type FlightTicket } from './concurrency-limit.ts';
import type { FlowSettings } from './flow-settings.ts';
import { LearnedRate } from './learned-rate.ts';
import { TokenBucket } from './token-bucket.ts';

// One gate before one model of one server. A request passes when all of them let it: the concurrency limit, the rate that was
// learned, the user's ceilings, and the time until which the server asked for quiet. First come, first served.

const INITIAL_CONCURRENCY = 4;
const MAX_CONCURRENCY = 512;
/** The user's ceilings may be used up so far in advance. */
const CEILING_BURST_MS = 1_000;
/** Jitter on top of every time that a server names, as a part of it and at most so much. */
const JITTER = 0.1;
const MAX_JITTER_MS = 5_000;

/** How a request ended, as far as it says something of the server's load. */
export type FlightEnd =
  | {
      readonly kind: 'answered';
      /** Tokens, or 1 where the server does not say. */
      readonly work: number;
      readonly tokens: number | null;
      readonly allowances: readonly RateAllowance[];
    }
  | { readonly kind: 'refused'; readonly overload: Overload; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'dropped' };

/** A request that has passed the gate; it must be ended. */
export interface Flight {
  end(how: FlightEnd): void;
}

interface Waiting {
  readonly tokens: number;
  readonly admit: (flight: Flight) => void;
}

export class FlowControl {
  readonly #clock: Clock;
  readonly #limit = new ConcurrencyLimit({ initial: INITIAL_CONCURRENCY, max: MAX_CONCURRENCY });
  readonly #rate = new LearnedRate();
  readonly #requests: TokenBucket | null;
  readonly #tokens: TokenBucket | null;
  #queue: Waiting[] = [];
  #quietUntilMs = 0;
  #wakeUp: AbortController | null = null;

  constructor({ requestsPerMinute, tokensPerMinute }: FlowSettings, clock: Clock) {
    this.#clock = clock;
    this.#requests = ceiling(requestsPerMinute, clock.now());
    this.#tokens = ceiling(tokensPerMinute, clock.now());
  }

  /** How many requests may be under way at once now. */
  get concurrency(): number {
    return this.#limit.limit;
  }

  /**
   * Waits until a request may be sent.
   * @param tokens what it will take, as far as can be guessed
   * @throws the signal's reason
   */
  async pass(tokens: number, signal: AbortSignal): Promise<Flight> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Flight>();
    const giveUp = () => {
      this.#queue = this.#queue.filter((other) => other !== waiting);
      reject(signal.reason);
    };
    const waiting: Waiting = {
      tokens,
      admit: (flight) => {
        signal.removeEventListener('abort', giveUp);
        resolve(flight);
      },
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#queue.push(waiting);
    this.#admit();
    return promise;
  }

  /** Lets pass whoever may, and sees to it that this is looked at again when the next may. */
  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#limit.hasRoom; next = this.#queue[0]) {
      const nowMs = this.#clock.now();
      const waitMs = this.#waitMs(next.tokens, nowMs);
      if (waitMs > 0) {
        this.#admitLater(waitMs);
        return;
      }
      this.#queue.shift();
      next.admit(this.#begin(next.tokens, nowMs));
    }
  }

  #waitMs(tokens: number, nowMs: number): number {
    return Math.max(
      this.#quietUntilMs - nowMs,
      this.#rate.waitMs(nowMs),
      this.#requests?.waitMs(1, nowMs) ?? 0,
      this.#tokens?.waitMs(tokens, nowMs) ?? 0,
    );
  }

  #admitLater(waitMs: number): void {
    this.#wakeUp?.abort();
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    this.#clock.sleep(Math.ceil(waitMs), wakeUp.signal).then(
      () => this.#admit(),
      () => undefined,
    );
  }

  #begin(tokens: number, nowMs: number): Flight {
    this.#rate.begin(nowMs);
    this.#requests?.take(1, nowMs);
    this.#tokens?.take(tokens, nowMs);
    const ticket = this.#limit.begin();
    let isUnderWay = true;
    return {
      end: (how) => {
        if (!isUnderWay) return;
        isUnderWay = false;
        if (how.kind === 'answered' && how.tokens !== null) this.#tokens?.take(how.tokens - tokens, this.#clock.now());
        this.#learn(ticket, nowMs, how);
        this.#admit();
      },
    };
  }

  #learn(ticket: FlightTicket, begunAtMs: number, how: FlightEnd): void {
    const nowMs = this.#clock.now();
    switch (how.kind) {
      case 'answered':
        this.#limit.answered(ticket, nowMs - begunAtMs, how.work);
        for (const { remaining, resetMs } of how.allowances) if (remaining === 0) this.#beQuiet(resetMs);
        break;
      case 'refused':
        this.#learnRefusal(ticket, begunAtMs, how);
        break;
      case 'timed_out':
        this.#limit.timedOut(ticket);
        break;
      case 'dropped':
        this.#limit.dropped();
        break;
      default:
        how satisfies never;
    }
  }

  /** Where the server does not say which limit it means: it is the number at once if there were never as many before, else the rate. */
  #learnRefusal(
    ticket: FlightTicket,
    begunAtMs: number,
    { overload, retryAfterMs }: Extract<FlightEnd, { kind: 'refused' }>,
  ): void {
    const isTooMany = overload === 'too_many' || (overload === 'unsaid' && this.#limit.isBeyondAccepted(ticket));
    if (isTooMany) {
      this.#limit.refused(ticket);
      return;
    }
    this.#limit.dropped();
    this.#beQuiet(Math.max(this.#rate.refused(begunAtMs, this.#clock.now()), retryAfterMs ?? 0));
  }

  #beQuiet(ms: number): void {
    this.#quietUntilMs = Math.max(this.#quietUntilMs, this.#clock.now() + withJitter(ms, this.#clock.random()));
  }
}

/** A time that a server named, and a little more, so that not all who were refused come back at once. */
export function withJitter(ms: number, random: number): number {
  return ms + random * Math.min(JITTER * ms, MAX_JITTER_MS);
}

function ceiling(perMinute: number | null, nowMs: number): TokenBucket | null {
  if (perMinute === null) return null;
  const perSecond = perMinute / 60;
  return new TokenBucket(perSecond, Math.max(1, (perSecond * CEILING_BURST_MS) / 1_000), nowMs);
}
