import { extrapolate, type Interval, NONE } from './interval.ts';
import type { Survey } from './survey-input.ts';

/** What all documents of an input take, from what those of a sample took; null where there is no sample. */
export function overSurvey<T>(
  { documents, textBytes }: Survey,
  sample: readonly T[],
  size: (one: T) => number,
  took: (one: T) => number,
): Interval | null {
  if (documents === 0) return NONE;
  const measured = sample.map((one) => ({ size: size(one), took: took(one) }));
  return extrapolate(measured, documents, textBytes);
}
