/** Weights of a logistic model: what each evidence, times its value, adds to the log-odds. */
export interface Weighting<Name extends string> {
  /** Log-odds of two that have nothing in common. */
  readonly bias: number;
  readonly evidence: Readonly<Record<Name, number>>;
}

/** How likely two belong together, 0 to 1: the logistic function of the sum of bias and contributions. */
export function scoreOf<Name extends string>(
  values: Readonly<Record<Name, number>>,
  { bias, evidence }: Weighting<Name>,
): number {
  let logOdds = bias;
  for (const name in evidence) logOdds += evidence[name] * values[name];
  return 1 / (1 + Math.exp(-logOdds));
}

/** One evidence as an explanation shows it. */
export interface Contribution {
  readonly evidence: string;
  /** 0 to 1. */
  readonly value: number;
  readonly weight: number;
  /** What it adds to the log-odds. */
  readonly adds: number;
}

/** The evidence that is there, what speaks loudest first. */
export function contributionsOf<Name extends string>(
  values: Readonly<Record<Name, number>>,
  { evidence }: Weighting<Name>,
): Contribution[] {
  return (Object.keys(evidence) as Name[])
    .filter((name) => values[name] !== 0 && evidence[name] !== 0)
    .map((name) => ({
      evidence: name,
      value: values[name],
      weight: evidence[name],
      adds: evidence[name] * values[name],
    }))
    .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds));
}
