import type { Clock } from './clock.ts';

/** A time-out that stands still while somebody waits for something else. */
export class StoppableTimeout {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;
  #startedAtMs = 0;
  #ranMs = 0;
  #waits = 0;
  #closed = false;

  constructor(ms: number, clock: Clock, onTimeout: () => void) {
    this.#ms = ms;
    this.#clock = clock;
    this.#onTimeout = onTimeout;
    this.#start();
  }

  /** How long it ran so far, in milliseconds, without what was waited for. */
  get ranMs(): number {
    const runs = this.#waits === 0 && !this.#closed;
    return this.#ranMs + (runs ? this.#clock.now() - this.#startedAtMs : 0);
  }

  async standStill<T>(wait: Promise<T>): Promise<T> {
    this.#stop();
    this.#waits += 1;
    try {
      return await wait;
    } finally {
      this.#waits -= 1;
      this.#start();
    }
  }

  close(): void {
    this.#stop();
    this.#closed = true;
  }

  #start(): void {
    if (this.#waits > 0 || this.#closed) return;
    this.#startedAtMs = this.#clock.now();
    this.#timer = setTimeout(this.#onTimeout, Math.max(0, this.#ms - this.#ranMs));
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#ranMs = this.ranMs;
  }
}
