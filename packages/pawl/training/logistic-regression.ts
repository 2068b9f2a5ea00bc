import type { Weighting } from '../src/storylines/score.ts';

export interface Example<Name extends string> {
  readonly values: Readonly<Record<Name, number>>;
  readonly isPositive: boolean;
}

const STEPS = 600;
const RATE = 0.5;

/**
 * Logistic regression by AdaGrad over all examples (Duchi et al. 2011), with an L2 penalty. Evidence that no example has keeps
 * the weight given for it.
 */
export function trainLogistic<Name extends string>(
  names: readonly Name[],
  examples: readonly Example<Name>[],
  given: Partial<Record<Name, number>>,
  penalty: number,
): Weighting<Name> {
  const learnt = names.filter((name) => given[name] === undefined);
  const rows = examples.map(({ values }) => Float64Array.from(learnt, (name) => values[name]));
  const bias = learnt.length;
  const weights = new Float64Array(bias + 1);
  const squares = new Float64Array(bias + 1).fill(1e-8);
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(bias + 1);
    rows.forEach((row, i) => {
      let logOdds = weights[bias]!;
      for (let k = 0; k < bias; k++) logOdds += weights[k]! * row[k]!;
      const error = 1 / (1 + Math.exp(-logOdds)) - (examples[i]!.isPositive ? 1 : 0);
      for (let k = 0; k < bias; k++) gradient[k]! += error * row[k]!;
      gradient[bias]! += error;
    });
    for (let k = 0; k <= bias; k++) {
      const slope = gradient[k]! / rows.length + (k < bias ? penalty * weights[k]! : 0);
      squares[k]! += slope * slope;
      weights[k]! -= (RATE * slope) / Math.sqrt(squares[k]!);
    }
  }
  const evidence = Object.fromEntries(
    names.map((name) => [name, given[name] ?? rounded(weights[learnt.indexOf(name)]!)]),
  ) as Record<Name, number>;
  return { bias: rounded(weights[bias]!), evidence };
}

function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000;
}
