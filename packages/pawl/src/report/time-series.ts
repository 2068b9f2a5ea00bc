/** Counts of events in equal spans of time between two moments known beforehand; memory does not depend on the events. */
export class TimeSeries {
  readonly startMs: number;
  readonly binMs: number;
  readonly counts: number[];

  /** @param bins how many spans; at least 1 */
  constructor(startMs: number, endMs: number, bins: number) {
    this.startMs = startMs;
    this.binMs = Math.max(1, (endMs - startMs) / bins);
    this.counts = new Array<number>(bins).fill(0);
  }

  /** Counts an event; one outside the two moments goes to the nearest span. */
  add(atMs: number): void {
    const bin = Math.floor((atMs - this.startMs) / this.binMs);
    this.counts[Math.min(this.counts.length - 1, Math.max(0, bin))]! += 1;
  }
}
