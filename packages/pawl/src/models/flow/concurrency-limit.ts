// How many requests may be under way at once: as many as the server makes good use of. What holds:
// - Throughput is judged by Little's law, limit / mean residence time, and residence time is taken per unit of work (a long
//   answer takes longer), over requests that were begun and ended while the limit stood and was used to the full. So a
//   change of the limit, a lack of documents, or a learned rate never passes for a change of the server.
// - Octave test: doubling the requests at a server with room doubles the throughput; at a saturated one it only doubles the
//   time each takes. The elasticity log2(throughput at n / throughput at n/2) tells them apart whatever the server's own
//   speed, and without anybody having seen it idle. It is what a latency gradient measures (Netflix concurrency-limits,
//   "gradient"; BBR, Cardwell et al., ACM Queue 2016), put in the terms that matter to a batch.
// - Refusals set a ceiling: those that were accepted meanwhile are what the server takes. It is tried again with growing
//   patience, one request more at a time, and then in growing steps.
// - A refusal at a level that was accepted just before says nothing of concurrency and changes nothing here.

export interface ConcurrencyBounds {
  readonly initial: number;
  readonly max: number;
}

/** Grows while more requests bring at least this part of what they would bring to an idle server. */
const WORTHWHILE = 0.4;
/** Below this elasticity there are too many, above the other there may be more. */
const SATURATED = 0.2;
const UNSATURATED = 0.6;
/** Steps smaller than this part of the limit are taken without being judged: noise would judge them. */
const JUDGED_STEP = 0.4;
/** Requests of a window: this many rounds of the limit, and at least so many. */
const WINDOW_ROUNDS = 2;
const MIN_WINDOW = 10;
/** Part of a window's requests that must end while the limit is used to the full. */
const FULL_USE = 0.8;
/** A window with more time-outs than this part, and than may happen by chance, shows a server that does not keep up. */
const TIMED_OUT = 0.1;
const CHANCE_TIMEOUTS = 2;
const TIMEOUT_CUT = 0.7;
/** Windows until a decision is looked at again; doubles each time it is confirmed. */
const FIRST_GROWTH_PATIENCE = 1;
const FIRST_TEST_PATIENCE = 16;
const MAX_PATIENCE = 64;

/** One request under way. */
export interface FlightTicket {
  /** Requests under way when it began, itself included. */
  readonly level: number;
  readonly window: number;
}

/**
 * - `ramp`: growing, as long as each step pays.
 * - `hold`: at a limit that is thought right.
 * - `test`: at half of it for one window, to see whether it still is.
 */
type Phase =
  | { readonly kind: 'ramp'; readonly before: Measurement | null }
  | { readonly kind: 'hold' }
  | { readonly kind: 'test'; readonly full: Measurement };

interface Measurement {
  readonly limit: number;
  /** Units of work in a millisecond. */
  readonly throughput: number;
}

interface Window {
  readonly number: number;
  ended: number;
  atFullUse: number;
  timedOut: number;
  work: number;
  ms: number;
}

export class ConcurrencyLimit {
  readonly #max: number;
  #limit: number;
  #inFlight = 0;
  #phase: Phase = { kind: 'ramp', before: null };
  #step: number;
  #mayGrow = true;
  #growthPatience = FIRST_GROWTH_PATIENCE;
  #testPatience = FIRST_TEST_PATIENCE;
  #untilGrowth = FIRST_GROWTH_PATIENCE;
  #untilTest = FIRST_TEST_PATIENCE;
  #window: Window = newWindow(0);
  /** Levels of the requests that were accepted last. */
  #accepted: number[] = [];

  constructor({ initial, max }: ConcurrencyBounds) {
    this.#max = max;
    this.#limit = Math.min(initial, max);
    this.#step = this.#limit;
  }

  /** A whole number from 1. */
  get limit(): number {
    return this.#limit;
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.#limit;
  }

  begin(): FlightTicket {
    this.#inFlight += 1;
    return { level: this.#inFlight, window: this.#window.number };
  }

  /** @param work how much there was to do, in any unit, more than 0 */
  answered({ level, window }: FlightTicket, ms: number, work: number): void {
    this.#accept(level);
    if (window === this.#window.number) {
      this.#window.work += work;
      this.#window.ms += ms;
    }
    this.#end(window);
  }

  timedOut({ window }: FlightTicket): void {
    if (window === this.#window.number) this.#window.timedOut += 1;
    this.#end(window);
  }

  /** It ended in a way that says nothing of the server's load. */
  dropped(): void {
    this.#inFlight -= 1;
  }

  /** Whether a request of that level was beyond what the server has been seen to take at once. */
  isBeyondAccepted({ level }: FlightTicket): boolean {
    return !this.#accepted.some((accepted) => accepted >= level);
  }

  /** The server refused it, and said or showed that there were too many at once. */
  refused(ticket: FlightTicket): void {
    const isBeyond = this.isBeyondAccepted(ticket);
    this.#inFlight -= 1;
    if (!isBeyond) return;
    const wasGrowing = this.#phase.kind === 'ramp';
    this.#settle(Math.min(this.#limit, Math.max(1, this.#inFlight)));
    this.#step = 1;
    this.#mayGrow = true;
    if (wasGrowing) this.#growthPatience = Math.min(MAX_PATIENCE, 2 * this.#growthPatience);
    this.#untilGrowth = this.#growthPatience;
  }

  /** Half of the limit says nothing of what is beyond it. */
  #accept(level: number): void {
    if (this.#phase.kind === 'test') return;
    this.#accepted.push(level);
    if (this.#accepted.length > Math.max(MIN_WINDOW, this.#limit)) this.#accepted.shift();
  }

  #end(window: number): void {
    if (window === this.#window.number) {
      this.#window.ended += 1;
      if (this.#inFlight >= this.#limit) this.#window.atFullUse += 1;
    }
    this.#inFlight -= 1;
    if (this.#window.ended >= Math.max(MIN_WINDOW, WINDOW_ROUNDS * this.#limit)) this.#closeWindow();
  }

  #closeWindow(): void {
    const { ended, atFullUse, timedOut, work, ms } = this.#window;
    this.#window = newWindow(this.#window.number + 1);
    if (timedOut > Math.max(CHANCE_TIMEOUTS, TIMED_OUT * ended)) {
      this.#settle(Math.max(1, Math.floor(this.#limit * TIMEOUT_CUT)));
      return;
    }
    if (atFullUse < FULL_USE * ended || ms === 0) return;
    this.#judge({ limit: this.#limit, throughput: (this.#limit * work) / ms });
  }

  #judge(measured: Measurement): void {
    switch (this.#phase.kind) {
      case 'ramp':
        this.#judgeStep(this.#phase.before, measured);
        break;
      case 'hold':
        this.#holdOn(measured);
        break;
      case 'test':
        this.#judgeTest(this.#phase.full, measured);
        break;
      default:
        this.#phase satisfies never;
    }
  }

  #judgeStep(before: Measurement | null, measured: Measurement): void {
    const isJudged = before !== null && measured.limit >= before.limit * (1 + JUDGED_STEP);
    if (isJudged && elasticity(before, measured) < WORTHWHILE) {
      this.#mayGrow = false;
      this.#settle(between(before.limit, measured.limit));
      return;
    }
    this.#growthPatience = FIRST_GROWTH_PATIENCE;
    if (this.#limit >= this.#max) this.#settle(this.#limit);
    else this.#grow(before !== null && !isJudged ? before : measured);
  }

  #holdOn(measured: Measurement): void {
    if (this.#mayGrow && this.#limit < this.#max && --this.#untilGrowth <= 0) {
      this.#grow(measured);
    } else if (--this.#untilTest <= 0) {
      if (this.#limit === 1)
        this.#grow(measured); // one cannot be halved: see what two bring
      else this.#move({ kind: 'test', full: measured }, Math.ceil(this.#limit / 2));
    }
  }

  #judgeTest(full: Measurement, half: Measurement): void {
    const found = elasticity(half, full);
    if (found < SATURATED) {
      this.#mayGrow = false;
      this.#testPatience = FIRST_TEST_PATIENCE;
      this.#settle(between(half.limit, full.limit));
      return;
    }
    this.#testPatience = Math.min(MAX_PATIENCE, 2 * this.#testPatience);
    this.#mayGrow ||= found > UNSATURATED;
    this.#settle(full.limit);
  }

  #grow(before: Measurement): void {
    const next = Math.min(this.#max, this.#limit + this.#step);
    this.#step = Math.min(2 * this.#step, this.#max);
    this.#move({ kind: 'ramp', before }, next);
  }

  #settle(limit: number): void {
    this.#untilGrowth = this.#growthPatience;
    this.#untilTest = this.#testPatience;
    this.#move({ kind: 'hold' }, limit);
  }

  #move(phase: Phase, limit: number): void {
    this.#phase = phase;
    this.#limit = limit;
    this.#window = newWindow(this.#window.number + 1);
  }
}

function newWindow(number: number): Window {
  return { number, ended: 0, atFullUse: 0, timedOut: 0, work: 0, ms: 0 };
}

/** Relative growth of throughput over relative growth of the limit: 1 at a server with room, 0 at a saturated one. */
function elasticity(low: Measurement, high: Measurement): number {
  if (low.limit >= high.limit) return 1;
  return Math.log(high.throughput / low.throughput) / Math.log(high.limit / low.limit);
}

/** The geometric middle. */
function between(low: number, high: number): number {
  return Math.max(1, Math.round(Math.sqrt(low * high)));
}
