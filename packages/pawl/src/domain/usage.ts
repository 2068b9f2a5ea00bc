// What language models took. Counted when an answer arrives and never taken back: an answer that is thrown away, asked again
// or belongs to a document that fails was paid for all the same. Costs are whole billionths of a US dollar, so that sums are
// exact whatever their order.

const NANOS_PER_DOLLAR = 1_000_000_000;

/** What the answers of one model took. */
export interface Usage {
  /** As {@link LanguageModel.provider} says it. */
  readonly provider: string;
  readonly model: string;
  /** Requests that were answered; those that failed without an answer are not known to cost anything. */
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the answers whose price is known. */
  readonly costNanos: number;
  /** Tokens of the answers whose price is not known. */
  readonly unpricedTokens: number;
}

/** The most that a request may take. */
export interface UsageBound {
  readonly tokens: number;
  /** Null when the price is not known. */
  readonly costNanos: number | null;
}

/** What answers took, whoever gave them. */
export interface Spent {
  readonly tokens: number;
  /** Of the answers whose price is known. */
  readonly costNanos: number;
  readonly unpricedTokens: number;
}

/** US dollars. */
export function dollarsOf(costNanos: number): number {
  return costNanos / NANOS_PER_DOLLAR;
}

/** `$12.30`; small amounts with as many decimals as tell them from nothing. */
export function dollarText(dollars: number): string {
  const digits = dollars === 0 || dollars >= 1 ? 2 : Math.min(9, 2 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}

/** Whole billionths, the nearest. */
export function nanosOf(dollars: number): number {
  return Math.round(dollars * NANOS_PER_DOLLAR);
}

/** Input and output tokens together. */
export function tokensOf({ inputTokens, outputTokens }: Pick<Usage, 'inputTokens' | 'outputTokens'>): number {
  return inputTokens + outputTokens;
}

/** All providers and models together. */
export function totalOf(usages: readonly Usage[]): Spent {
  const sum = (field: (usage: Usage) => number) => usages.reduce((total, usage) => total + field(usage), 0);
  return {
    tokens: sum(tokensOf),
    costNanos: sum(({ costNanos }) => costNanos),
    unpricedTokens: sum(({ unpricedTokens }) => unpricedTokens),
  };
}

/** US dollars, of what has a price; null when nothing of it has. */
export function knownCost({ costNanos, unpricedTokens }: Pick<Usage, 'costNanos' | 'unpricedTokens'>): number | null {
  return unpricedTokens > 0 && costNanos === 0 ? null : dollarsOf(costNanos);
}
