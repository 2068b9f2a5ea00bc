/** An estimate with the bounds within which it lies 19 times of 20; bounds are null where nothing is known of its spread. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Nothing at all. */
export const NONE: Interval = { value: 0, low: 0, high: 0 };

/** @param map must grow with its value */
export function mapped(interval: Interval | null, map: (value: number) => number): Interval | null {
  if (interval === null) return null;
  const { value, low, high } = interval;
  return { value: map(value), low: low === null ? null : map(low), high: high === null ? null : map(high) };
}

export function rounded(interval: Interval | null): Interval | null {
  return mapped(interval, Math.round);
}

/** Of all of them; null where one is not known. Its bounds are those of all at once, and so rather too far apart. */
export function sumOfIntervals(intervals: readonly (Interval | null)[]): Interval | null {
  return intervals.reduce(
    (sum, one) => {
      if (sum === null || one === null) return null;
      const [low, high] = [
        [sum.low, one.low],
        [sum.high, one.high],
      ].map(([a, b]) => (a == null || b == null ? null : a + b));
      return { value: sum.value + one.value, low: low ?? null, high: high ?? null };
    },
    NONE as Interval | null,
  );
}

/** What was measured of one document: its size, and what it took. */
export interface Measured {
  readonly size: number;
  readonly took: number;
}

/** Fewer documents than this tell nothing of how documents differ. */
const LEAST_FOR_BOUNDS = 10;
const NORMAL_975 = 1.959964;

/**
 * What a whole population takes, from a sample of it without replacement: the regression estimator on the documents' sizes
 * (Cochran, Sampling Techniques, 1977, ch. 7), with the jackknife's deviation, which holds also where large documents differ more
 * than small ones (Royall and Cumberland, JASA 76, 1981). Null for an empty sample.
 * @param count documents of the population
 * @param size sum of their sizes
 */
export function extrapolate(sample: readonly Measured[], count: number, size: number): Interval | null {
  const n = sample.length;
  if (n === 0) return null;
  const all = sample.reduce<Sums>((sums, one) => plus(sums, one, 1), NO_SUMS);
  const knowsSpread = n >= LEAST_FOR_BOUNDS;
  const value = Math.max(0, predict(all, count, size, knowsSpread));
  if (n >= count) return { value, low: value, high: value };
  if (!knowsSpread) return { value, low: null, high: null };
  const without = sample.map((one) => predict(plus(all, one, -1), count, size, true));
  const middle = without.reduce((sum, one) => sum + one, 0) / n;
  const spread = without.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  const deviation = Math.sqrt((1 - n / count) * ((n - 1) / n) * spread);
  const reach = studentQuantile(n - 2) * deviation;
  return { value, low: Math.max(0, value - reach), high: value + reach };
}

interface Sums {
  readonly n: number;
  readonly size: number;
  readonly took: number;
  readonly sizeSquared: number;
  readonly product: number;
}

const NO_SUMS: Sums = { n: 0, size: 0, took: 0, sizeSquared: 0, product: 0 };

function plus(sums: Sums, { size, took }: Measured, sign: 1 | -1): Sums {
  return {
    n: sums.n + sign,
    size: sums.size + sign * size,
    took: sums.took + sign * took,
    sizeSquared: sums.sizeSquared + sign * size * size,
    product: sums.product + sign * size * took,
  };
}

/** The total of a population of `count` documents with sizes of `size` together, along the line of least squares. */
function predict(sums: Sums, count: number, size: number, sloped: boolean): number {
  const [meanSize, meanTook] = [sums.size / sums.n, sums.took / sums.n];
  const variation = sums.sizeSquared - sums.n * meanSize ** 2;
  const isLevel = !sloped || variation <= sums.sizeSquared * Number.EPSILON * sums.n;
  const slope = isLevel ? 0 : (sums.product - sums.n * meanSize * meanTook) / variation;
  return count * (meanTook + slope * (size / count - meanSize));
}

/** The 97.5% quantile of Student's distribution (Abramowitz and Stegun 26.7.5). @param freedom degrees of freedom, at least 8 */
function studentQuantile(freedom: number): number {
  const z = NORMAL_975;
  const first = (z ** 3 + z) / (4 * freedom);
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3);
  return z + first + second + third;
}
