import type { Clock } from '../../engine/clock.ts';

/** At most this often is anything looked at, and so told: ten times a second. */
const BUSY_MS = 100;
/** How the looks thin out while nothing changes, and to what. */
const CALM_FACTOR = 1.5;
const CALM_MS = 1_000;

/** Looks at something again and again while somebody wants to know: often while it changes, seldom while it does not. */
export class Watch {
  readonly #look: () => Promise<boolean>;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #hurry = new AbortController();
  #waitMs = BUSY_MS;

  /** @param look says whether anything has changed; must not throw */
  constructor(look: () => Promise<boolean>, clock: Clock) {
    this.#look = look;
    this.#clock = clock;
    void this.#run();
  }

  /** Says that something is about to change. */
  hurry(): void {
    this.#waitMs = BUSY_MS;
    this.#hurry.abort();
  }

  end(): void {
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const changed = await this.#look();
      this.#waitMs = changed ? BUSY_MS : Math.min(CALM_MS, this.#waitMs * CALM_FACTOR);
      await this.#sleep(BUSY_MS, this.#ended.signal);
      this.#hurry = new AbortController();
      await this.#sleep(this.#waitMs - BUSY_MS, AbortSignal.any([this.#ended.signal, this.#hurry.signal]));
    }
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await this.#clock.sleep(ms, signal).catch(() => undefined);
  }
}
