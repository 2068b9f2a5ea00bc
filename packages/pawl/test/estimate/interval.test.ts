import { describe, expect, test } from 'vitest';
import { extrapolate } from '../../src/estimate/interval.ts';
import { seededRandom } from '../crash/random.ts';

describe('an extrapolation', () => {
  test('of everything there is needs no bounds', () => {
    const sample = [1, 2, 3].map((size) => ({ size, took: 10 * size }));
    expect(extrapolate(sample, 3, 6)).toEqual({ value: 60, low: 60, high: 60 });
  });

  test('of what follows the size is exact', () => {
    const sample = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((size) => ({ size, took: 7 + 10 * size }));
    const estimate = extrapolate(sample, 100, 1_000);
    expect(estimate?.value).toBeCloseTo(7 * 100 + 10 * 1_000, 6);
    expect(estimate?.high).toBeCloseTo(estimate?.low ?? 0, 6);
  });

  test('of too few knows no bounds, of none knows nothing', () => {
    expect(extrapolate([{ size: 1, took: 5 }], 10, 10)).toEqual({ value: 50, low: null, high: null });
    expect(extrapolate([], 10, 10)).toBeNull();
  });

  test.each([10, 20, 100])('of %i documents has the truth within its bounds about 19 times of 20', (sampleSize) => {
    const random = seededRandom(20_260);
    const population = Array.from({ length: 1_000 }, () => {
      const size = 200 + 4_000 * random() ** 2;
      return { size, took: 300 + size * (0.2 + 0.6 * random()) };
    });
    const size = population.reduce((sum, one) => sum + one.size, 0);
    const truth = population.reduce((sum, { took }) => sum + took, 0);
    const rounds = 400;
    let within = 0;
    for (let round = 0; round < rounds; round++) {
      const shuffled = population.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at);
      const estimate = extrapolate(
        shuffled.slice(0, sampleSize).map(({ one }) => one),
        population.length,
        size,
      );
      if ((estimate?.low ?? 0) <= truth && truth <= (estimate?.high ?? 0)) within += 1;
    }
    expect(within / rounds).toBeGreaterThan(0.9);
    expect(within / rounds).toBeLessThan(0.995);
  });
});
