import type { BatchSettings, ModelPrice } from '../domain/batch.ts';
import { PawlError } from '../domain/errors.ts';
import type { ModelAddress } from './model-address.ts';

/** The month that the prices below are said to be of; they were not checked against the providers' lists. What a user sets counts before them. */
export const PRICES_AS_OF = '2025-11';

/** US dollars for a million tokens, input and output. */
const KNOWN_PRICES: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'openai:gpt-4o': [2.5, 10],
  'openai:gpt-4o-mini': [0.15, 0.6],
  'openai:gpt-4.1': [2, 8],
  'openai:gpt-4.1-mini': [0.4, 1.6],
  'openai:gpt-4.1-nano': [0.1, 0.4],
  'openai:gpt-5': [1.25, 10],
  'openai:gpt-5-mini': [0.25, 2],
  'openai:gpt-5-nano': [0.05, 0.4],
  'anthropic:claude-sonnet-4-5': [3, 15],
  'anthropic:claude-haiku-4-5': [1, 5],
  'google:gemini-2.5-flash': [0.3, 2.5],
  'google:gemini-2.5-flash-lite': [0.1, 0.4],
  'openai:text-embedding-3-small': [0.02, 0],
  'openai:text-embedding-3-large': [0.13, 0],
  'google:gemini-embedding-001': [0.15, 0],
  'mistral:mistral-embed': [0.1, 0],
};

const PER_MILLION_TO_NANOS = 1_000;

/** Billionths of a US dollar for one token. */
export interface TokenPrice {
  readonly inputNanos: number;
  readonly outputNanos: number;
}

/** Of a model that runs on this machine. */
export const FREE: TokenPrice = { inputNanos: 0, outputNanos: 0 };

/**
 * What a model takes; null when nobody has said so. The known prices are those of the providers' own places: a server under
 * another address may charge what it likes.
 * @param own prices that the user has set
 */
export function priceOf(address: ModelAddress, own: readonly ModelPrice[]): TokenPrice | null {
  const name = priceName(address);
  const set = own.find(({ model }) => model === name);
  if (set !== undefined) return toTokenPrice(set.input, set.output);
  const known = address.baseUrl === null && Object.hasOwn(KNOWN_PRICES, name) ? KNOWN_PRICES[name] : undefined;
  return known === undefined ? null : toTokenPrice(...known);
}

/**
 * As {@link priceOf}, where a budget in dollars is worth nothing without a price.
 * @throws {PawlError} `invalid_setting` where there is such a budget and no price is known
 */
export function requiredPrice(
  address: ModelAddress,
  { prices, maxCostNanos }: Pick<BatchSettings, 'prices' | 'maxCostNanos'>,
): TokenPrice | null {
  const price = priceOf(address, prices);
  if (price !== null || maxCostNanos === null) return price;
  const name = priceName(address);
  const message =
    `There is a max-cost, but the price of ${name} is not known: give it with --price ${name}=INPUT/OUTPUT (US dollars for a ` +
    'million tokens), or set a limit with --max-tokens instead.';
  throw new PawlError('invalid_setting', message);
}

/** How a model is named in a price: its address without the place. */
function priceName({ provider, model }: ModelAddress): string {
  return `${provider}:${model}`;
}

function toTokenPrice(input: number, output: number): TokenPrice {
  return { inputNanos: input * PER_MILLION_TO_NANOS, outputNanos: output * PER_MILLION_TO_NANOS };
}
