/** Bins to a factor of ten: a value is known to a fifth. */
const BINS_PER_DECADE = 12;
const LOWEST = 0.01;
const DECADES = 10;

/**
 * A histogram over logarithmic bins from 0.01 to 10^8, for quantities whose size is not known beforehand. Values below
 * and above are counted in the outermost bins.
 */
export class Histogram {
  readonly counts: number[] = new Array<number>(BINS_PER_DECADE * DECADES).fill(0);
  total = 0;
  sum = 0;
  max = 0;

  add(value: number): void {
    const bin = Math.floor(Math.log10(Math.max(value, LOWEST) / LOWEST) * BINS_PER_DECADE);
    this.counts[Math.min(this.counts.length - 1, bin)]! += 1;
    this.total += 1;
    this.sum += value;
    this.max = Math.max(this.max, value);
  }

  /** The value that a `share` of all values (0 to 1) does not exceed, to the width of a bin; null when there are none. */
  quantile(share: number): number | null {
    let left = share * this.total;
    for (const [bin, count] of this.counts.entries()) {
      left -= count;
      if (count > 0 && left <= 0) return Math.min(binEnd(bin), this.max);
    }
    return null;
  }

  /** The bins between the first and the last that hold a value. */
  bins(): { readonly from: number; readonly to: number; readonly count: number }[] {
    const first = this.counts.findIndex((count) => count > 0);
    const last = this.counts.findLastIndex((count) => count > 0);
    if (first < 0) return [];
    return this.counts
      .slice(first, last + 1)
      .map((count, i) => ({ from: binEnd(first + i - 1), to: binEnd(first + i), count }));
  }
}

function binEnd(bin: number): number {
  return LOWEST * 10 ** ((bin + 1) / BINS_PER_DECADE);
}
