/** Scores of pairs that are kept go in steps of this part of 1: each takes two bytes, and sums are exact in whatever order. */
export const STEPS = 2 ** 16;

/** @param score 0 to 1 @returns its step, below {@link STEPS} */
export function stepOf(score: number): number {
  return Math.min(STEPS - 1, Math.round(score * STEPS));
}
