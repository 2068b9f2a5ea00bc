/**
 * A token bucket (RFC 2697's committed rate): so much in a second, and a little at once. Its level may fall below zero, where
 * something turned out larger than was thought; then it takes longer to fill.
 */
export class TokenBucket {
  #perMs: number;
  #capacity: number;
  #level: number;
  #atMs: number;

  /** @param capacity what may be taken at once after a rest */
  constructor(perSecond: number, capacity: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#capacity = capacity;
    this.#level = capacity;
    this.#atMs = nowMs;
  }

  /** Milliseconds until `amount` may be taken; more than the bucket holds may be taken when it is full. */
  waitMs(amount: number, nowMs: number): number {
    this.#fill(nowMs);
    const missing = Math.min(amount, this.#capacity) - this.#level;
    return missing <= 0 ? 0 : missing / this.#perMs;
  }

  /** Takes `amount`; a negative one gives back. */
  take(amount: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#level = Math.min(this.#capacity, this.#level - amount);
  }

  #fill(nowMs: number): void {
    this.#level = Math.min(this.#capacity, this.#level + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}
