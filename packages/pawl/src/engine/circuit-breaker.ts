import type { Clock } from './clock.ts';
import { backoffMs } from './retry-policy.ts';

// The circuit breaker of one provider (M. Nygard, "Release It!", 2007), turned from failing calls to holding them:
// while the provider is down its stage is suspended, calls wait at the gate and no document fails (guarantee G4).
// - closed: calls pass. Enough transient failures in a row make it suspect the provider: it probes at once.
// - suspended: calls wait. After a backoff the provider is probed; where it has no probe of its own, one waiting call
//   is let through as the trial. An answer closes the breaker, anything else prolongs the suspension.

export interface BreakerPolicy {
  /** Transient failures in a row, of any documents, that make the provider suspect. */
  readonly suspectAfter: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** How long a probe may take. */
  readonly probeTimeoutMs: number;
}

export const DEFAULT_BREAKER_POLICY: BreakerPolicy = {
  suspectAfter: 5,
  baseDelayMs: 1_000,
  maxDelayMs: 60_000,
  probeTimeoutMs: 10_000,
};

/** What the breaker waits for. */
export interface Suspension {
  readonly reason: string;
  readonly sinceMs: number;
  readonly nextProbeAtMs: number;
}

/** Why a waiting call goes on: the provider answers again, or this call finds out. */
type Release = 'closed' | 'trial';

type Probe = (signal: AbortSignal) => Promise<void>;

export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #policy: BreakerPolicy;
  readonly #probe: Probe | undefined;
  readonly #onChange: (suspension: Suspension | null) => void;
  readonly #closed = new AbortController();
  #suspension: Suspension | null = null;
  #consecutiveFailures = 0;
  #lastAnswerAtMs = Number.NEGATIVE_INFINITY;
  #waiting: ((why: Release) => void)[] = [];
  #trialRunning = false;

  constructor(options: {
    readonly clock: Clock;
    readonly policy: BreakerPolicy;
    readonly probe: Probe | undefined;
    /** Called when the suspension begins, changes or ends (null). */
    readonly onChange: (suspension: Suspension | null) => void;
  }) {
    this.#clock = options.clock;
    this.#policy = options.policy;
    this.#probe = options.probe;
    this.#onChange = options.onChange;
  }

  get suspension(): Suspension | null {
    return this.#suspension;
  }

  /** Waits until a call may be made. A wait, and nothing else, is ended by the signal: it rejects with its reason. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#suspension !== null) {
      signal.throwIfAborted();
      if ((await this.#wait(signal)) === 'trial') return;
    }
  }

  /** The provider answered, be it with a refusal of that one document. */
  answered(): void {
    this.#consecutiveFailures = 0;
    this.#lastAnswerAtMs = this.#clock.now();
    this.#close();
  }

  /** A call failed, and it is not known whose fault that is. */
  failed(reason: string): void {
    this.#consecutiveFailures += 1;
    if (this.#trialRunning) this.unavailable(reason);
    else if (this.#consecutiveFailures >= this.#policy.suspectAfter) this.#suspect(reason);
  }

  /** The provider says, or shows, that it cannot work now. */
  unavailable(reason: string, retryAfterMs = 0): void {
    if (this.#suspension === null) this.#suspend(reason, retryAfterMs);
    else if (this.#trialRunning) this.#trialRunning = false;
  }

  /** The call that was let through as a trial ended without telling anything. */
  abandoned(): void {
    this.#trialRunning = false;
  }

  /**
   * Whether the provider works, asked by a call that has used up its tries: `alive` says that the failure is the
   * document's own; otherwise the stage is suspended now.
   * @param sinceMs when the call was first tried
   */
  async judge(sinceMs: number, reason: string, signal: AbortSignal): Promise<'alive' | 'suspended'> {
    if (this.#suspension !== null) return 'suspended';
    if (this.#lastAnswerAtMs >= sinceMs) return 'alive';
    if (this.#probe !== undefined && (await this.#isAlive(this.#probe, signal))) {
      this.answered();
      return 'alive';
    }
    signal.throwIfAborted();
    this.unavailable(reason);
    return 'suspended';
  }

  /** Ends all waiting for good; calls at the gate are released by their own signals. */
  close(): void {
    this.#closed.abort();
  }

  #suspect(reason: string): void {
    if (this.#suspension !== null || this.#probe === undefined) return;
    this.#suspend(reason, 0, 0);
  }

  #suspend(reason: string, retryAfterMs: number, firstDelayMs?: number): void {
    const delayMs = firstDelayMs ?? retryAfterMs + this.#backoff(1);
    const nowMs = this.#clock.now();
    this.#suspension = { reason, sinceMs: nowMs, nextProbeAtMs: nowMs + delayMs };
    this.#onChange(this.#suspension);
    void this.#recover(delayMs).catch(() => undefined); // only ever rejects because of close()
  }

  /** Probes with growing waits until the provider answers. */
  async #recover(firstDelayMs: number): Promise<void> {
    let delayMs = firstDelayMs;
    for (let attempt = 2; ; attempt++) {
      await this.#clock.sleep(delayMs, this.#closed.signal);
      if (this.#suspension === null) return;
      if (await this.#tryOnce()) return;
      delayMs = this.#backoff(attempt);
      this.#suspension = { ...this.#suspension, nextProbeAtMs: this.#clock.now() + delayMs };
      this.#onChange(this.#suspension);
    }
  }

  /** @returns whether the suspension is over */
  async #tryOnce(): Promise<boolean> {
    if (this.#probe !== undefined) {
      if (!(await this.#isAlive(this.#probe, this.#closed.signal))) return false;
      this.answered();
      return true;
    }
    if (!this.#trialRunning) {
      this.#trialRunning = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#trialRunning = false;
      else next('trial');
    }
    return false;
  }

  async #isAlive(probe: Probe, signal: AbortSignal): Promise<boolean> {
    const limited = AbortSignal.any([signal, this.#closed.signal, AbortSignal.timeout(this.#policy.probeTimeoutMs)]);
    try {
      await probe(limited);
      return true;
    } catch {
      return false;
    }
  }

  #backoff(attempt: number): number {
    // Half of the wait is fixed, so that a dead provider is not hammered when chance gives zeros.
    const policy = { baseDelayMs: this.#policy.baseDelayMs / 2, maxDelayMs: this.#policy.maxDelayMs / 2 };
    return backoffMs(attempt, policy, 1) + backoffMs(attempt, policy, this.#clock.random());
  }

  #wait(signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const release = (why: Release) => {
        signal.removeEventListener('abort', giveUp);
        resolve(why);
      };
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== release);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(release);
    });
  }

  #close(): void {
    this.#trialRunning = false;
    if (this.#suspension === null) return;
    this.#suspension = null;
    const released = this.#waiting;
    this.#waiting = [];
    for (const release of released) release('closed');
    this.#onChange(null);
  }
}
