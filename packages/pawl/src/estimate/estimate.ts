import type { BatchSettings } from '../domain/batch.ts';
import { dollarsOf, knownCost, type Spent } from '../domain/usage.ts';
import { batchPrice } from '../models/batch-api/create-batch-model.ts';
import { modelOf } from '../models/model-address.ts';
import { PRICES_AS_OF, priceOf, type TokenPrice } from '../models/price-list.ts';
import { splitProviders } from '../pipeline/provider-chain.ts';
import { extrapolate, type Interval } from './interval.ts';
import type { MeasuredDocument, MeasuredSample } from './measure-sample.ts';
import type { PlannedDocument } from './plan-sample.ts';
import type { Survey } from './survey-input.ts';

// What a batch will take. Two bases: the prompts of a sample, whose input is known and whose answers can only be guessed; or a
// sample that was really processed, of which everything is known. The guesses are wide and say so.

/** What `pawl estimate --json` says. */
export interface Estimate {
  readonly documents: number;
  /** Lines that are no document. */
  readonly rejected_lines: number;
  readonly text_bytes: number;
  /** `prompts`: what would be asked is known, the answers are guessed. `sample`: documents were really processed. */
  readonly basis: 'prompts' | 'sample';
  /** Documents that the figures rest on. */
  readonly sampled_documents: number;
  readonly requests: Interval | null;
  readonly input_tokens: Interval | null;
  readonly output_tokens: Interval | null;
  /** US dollars; null when a price is not known. */
  readonly cost: Interval | null;
  /** At the concurrency of the sample; null where nothing was measured. */
  readonly seconds: Interval | null;
  /** What the sample itself took; null when nothing was processed. */
  readonly spent: { readonly tokens: number; readonly cost: number | null } | null;
  /** When pawl's own prices were looked up; null when none of them is used. */
  readonly prices_as_of: string | null;
}

/** UTF-8 bytes of a token: about, at least and at most, in the languages and vocabularies that are usual. */
const BYTES_PER_TOKEN = { value: 4, low: 3, high: 5 };
/** Tokens of an answer for a token of text: events as JSON are long where much happens, and empty where nothing does. */
const ANSWER_PER_TEXT = { value: 0.7, low: 0.05, high: 2 };
const NONE: Interval = { value: 0, low: 0, high: 0 };

/** From what would be asked about a sample. @param asks whether any stage asks a language model at all */
export function estimateFromPlans(
  survey: Survey,
  planned: readonly PlannedDocument[],
  asks: boolean,
  settings: BatchSettings,
): Estimate {
  const total = (took: (document: PlannedDocument) => number) =>
    asks ? extrapolateOver(survey, planned, ({ textBytes }) => textBytes, took) : NONE;
  const input = inTokens(total(({ requests }) => sumOf(requests, ({ promptBytes }) => promptBytes)));
  const output = answerTokens(total(({ requests }) => sumOf(requests, ({ textBytes }) => textBytes)));
  const price = priceFor(settings, settings.prices);
  return {
    ...countsOf(survey),
    basis: 'prompts',
    sampled_documents: planned.length,
    requests: rounded(total(({ requests }) => requests.length)),
    input_tokens: rounded(input),
    output_tokens: rounded(output),
    cost: asks ? costOf(price, input, output) : NONE,
    seconds: null,
    spent: null,
    prices_as_of: pricesAsOf(settings),
  };
}

/** From a sample that was really processed. Documents whose answers were all stored before tell nothing of what others cost. */
export function estimateFromSample(
  survey: Survey,
  sample: MeasuredSample,
  asks: boolean,
  settings: BatchSettings,
): Estimate {
  const telling = asks ? sample.documents.filter(({ usage }) => usage.length > 0) : sample.documents;
  const total = (took: (document: MeasuredDocument) => number) =>
    extrapolateOver(survey, telling, ({ textBytes }) => textBytes, took);
  const used = (field: 'requests' | 'inputTokens' | 'outputTokens' | 'costNanos' | 'unpricedTokens') =>
    asks ? total(({ usage }) => sumOf(usage, (one) => one[field])) : NONE;
  const isPriced = sample.spent.unpricedTokens === 0;
  return {
    ...countsOf(survey),
    basis: 'sample',
    sampled_documents: telling.length,
    requests: rounded(used('requests')),
    input_tokens: rounded(used('inputTokens')),
    output_tokens: rounded(used('outputTokens')),
    cost: isPriced ? mapped(used('costNanos'), dollarsOf) : null,
    seconds: secondsOf(survey, telling, sample.lanes),
    spent: spentOf(sample.spent),
    prices_as_of: pricesAsOf(settings),
  };
}

function countsOf({ documents, rejected, textBytes }: Survey) {
  return { documents, rejected_lines: rejected, text_bytes: textBytes };
}

function spentOf(spent: Spent): Estimate['spent'] {
  return { tokens: spent.tokens, cost: knownCost(spent) };
}

/** Work of all documents, as many at once as in the sample. */
function secondsOf(survey: Survey, telling: readonly MeasuredDocument[], lanes: number): Interval | null {
  const timed = telling.flatMap(({ textBytes, ms }) => (ms === null ? [] : [{ size: textBytes, took: ms }]));
  const atOnce = Math.max(1, Math.min(lanes, timed.length));
  return mapped(
    extrapolateOver(
      survey,
      timed,
      ({ size }) => size,
      ({ took }) => took,
    ),
    (ms) => ms / atOnce / 1_000,
  );
}

function extrapolateOver<T>(
  { documents, textBytes }: Survey,
  sample: readonly T[],
  size: (one: T) => number,
  took: (one: T) => number,
): Interval | null {
  if (documents === 0) return NONE;
  const measured = sample.map((one) => ({ size: size(one), took: took(one) }));
  return extrapolate(measured, documents, textBytes);
}

function inTokens(bytes: Interval | null): Interval | null {
  if (bytes === null) return null;
  return {
    value: bytes.value / BYTES_PER_TOKEN.value,
    low: (bytes.low ?? bytes.value) / BYTES_PER_TOKEN.high,
    high: (bytes.high ?? bytes.value) / BYTES_PER_TOKEN.low,
  };
}

function answerTokens(textBytes: Interval | null): Interval | null {
  const tokens = inTokens(textBytes);
  if (tokens === null) return null;
  return {
    value: tokens.value * ANSWER_PER_TEXT.value,
    low: (tokens.low ?? 0) * ANSWER_PER_TEXT.low,
    high: (tokens.high ?? 0) * ANSWER_PER_TEXT.high,
  };
}

function costOf(price: TokenPrice | null, input: Interval | null, output: Interval | null): Interval | null {
  if (price === null || input === null || output === null) return null;
  const cost = (inputTokens: number, outputTokens: number) =>
    dollarsOf(inputTokens * price.inputNanos + outputTokens * price.outputNanos);
  return {
    value: cost(input.value, output.value),
    low: cost(input.low ?? 0, output.low ?? 0),
    high: cost(input.high ?? 0, output.high ?? 0),
  };
}

/** Of the model that is asked first. @param own the user's prices */
function priceFor({ stages, llmBatchMs }: BatchSettings, own: BatchSettings['prices']): TokenPrice | null {
  const address = stages
    .map(({ provider }) => modelOf(splitProviders(provider)[0] ?? ''))
    .find((model) => model !== null);
  const price = address === undefined ? null : priceOf(address, own);
  return llmBatchMs === null ? price : batchPrice(price);
}

/** When pawl's own price was looked up, where it is the one that counts. */
function pricesAsOf(settings: BatchSettings): string | null {
  const known = priceFor(settings, []);
  const counts = priceFor(settings, settings.prices);
  return known !== null && known.inputNanos === counts?.inputNanos && known.outputNanos === counts.outputNanos
    ? PRICES_AS_OF
    : null;
}

function mapped(interval: Interval | null, map: (value: number) => number): Interval | null {
  if (interval === null) return null;
  const { value, low, high } = interval;
  return { value: map(value), low: low === null ? null : map(low), high: high === null ? null : map(high) };
}

function rounded(interval: Interval | null): Interval | null {
  return mapped(interval, Math.round);
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
