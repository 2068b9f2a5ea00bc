import { dollarsOf } from '../domain/usage.ts';
import type { TokenPrice } from '../models/price-list.ts';
import type { Interval } from './interval.ts';

/** UTF-8 bytes of a token: about, at least and at most, in the languages and vocabularies that are usual. */
const BYTES_PER_TOKEN = { value: 4, low: 3, high: 5 };

/** The tokens of so many bytes of text. */
export function inTokens(bytes: Interval | null): Interval | null {
  if (bytes === null) return null;
  return {
    value: bytes.value / BYTES_PER_TOKEN.value,
    low: (bytes.low ?? bytes.value) / BYTES_PER_TOKEN.high,
    high: (bytes.high ?? bytes.value) / BYTES_PER_TOKEN.low,
  };
}

/** In US dollars; null where the price or an amount is not known. */
export function costOf(price: TokenPrice | null, input: Interval | null, output: Interval | null): Interval | null {
  if (price === null || input === null || output === null) return null;
  const cost = (inputTokens: number, outputTokens: number) =>
    dollarsOf(inputTokens * price.inputNanos + outputTokens * price.outputNanos);
  return {
    value: cost(input.value, output.value),
    low: cost(input.low ?? 0, output.low ?? 0),
    high: cost(input.high ?? 0, output.high ?? 0),
  };
}
