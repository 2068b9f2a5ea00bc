import type { BatchSettings } from '../domain/batch.ts';
import { dollarsOf, knownCost, type Spent } from '../domain/usage.ts';
import { batchPrice } from '../models/batch-api/create-batch-model.ts';
import { modelOf } from '../models/model-address.ts';
import { PRICES_AS_OF, priceOf, type TokenPrice } from '../models/price-list.ts';
import { splitProviders } from '../pipeline/provider-chain.ts';
import type { LinkingEstimate } from './estimate-linking.ts';
import { type Interval, mapped, NONE, rounded, sumOfIntervals } from './interval.ts';
import type { MeasuredDocument, MeasuredSample } from './measure-sample.ts';
import { overSurvey } from './over-survey.ts';
import type { PlannedDocument } from './plan-sample.ts';
import type { Survey } from './survey-input.ts';
import { costOf, inTokens } from './tokens.ts';

// What a batch will take. Two bases: the prompts of a sample, whose input is known and whose answers can only be guessed; or a
// sample that was really processed, of which everything is known. The guesses are wide and say so.

/** What `pawl estimate --json` says. */
export interface Estimate extends DocumentsEstimate, LinkingEstimate {
  /** Documents and linking together. */
  readonly total: {
    readonly requests: Interval | null;
    readonly input_tokens: Interval | null;
    readonly output_tokens: Interval | null;
    readonly cost: Interval | null;
  };
}

/** What the documents take. */
export interface DocumentsEstimate {
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

/** Tokens of an answer for a token of text: events as JSON are long where much happens, and empty where nothing does. */
const ANSWER_PER_TEXT = { value: 0.7, low: 0.05, high: 2 };

/** Of documents and linking together. */
export function withLinking(documents: DocumentsEstimate, linking: LinkingEstimate): Estimate {
  const parts = [documents, linking.embeddings, linking.summaries].filter((part) => part !== null);
  const total = (amount: 'requests' | 'input_tokens' | 'output_tokens' | 'cost') =>
    sumOfIntervals(parts.map((part) => part[amount]));
  return {
    ...documents,
    ...linking,
    total: {
      requests: total('requests'),
      input_tokens: total('input_tokens'),
      output_tokens: total('output_tokens'),
      cost: total('cost'),
    },
  };
}

/** From what would be asked about a sample. @param asks whether any stage asks a language model at all */
export function estimateFromPlans(
  survey: Survey,
  planned: readonly PlannedDocument[],
  asks: boolean,
  settings: BatchSettings,
): DocumentsEstimate {
  const total = (took: (document: PlannedDocument) => number) =>
    asks ? overSurvey(survey, planned, ({ textBytes }) => textBytes, took) : NONE;
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
): DocumentsEstimate {
  const telling = asks ? sample.documents.filter(({ usage }) => usage.length > 0) : sample.documents;
  const total = (took: (document: MeasuredDocument) => number) =>
    overSurvey(survey, telling, ({ textBytes }) => textBytes, took);
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
    overSurvey(
      survey,
      timed,
      ({ size }) => size,
      ({ took }) => took,
    ),
    (ms) => ms / atOnce / 1_000,
  );
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

/** Of the model that is asked first. @param own the user's prices */
function priceFor({ stages, llmBatchMs }: BatchSettings, own: BatchSettings['prices']): TokenPrice | null {
  const address = stages
    .map(({ provider }) => modelOf(splitProviders(provider)[0] ?? ''))
    .find((model) => model !== null);
  const price = address === undefined ? null : priceOf(address, own);
  return llmBatchMs === null ? price : batchPrice(price);
}

/** When pawl's own prices were looked up, where one of them is the one that counts. */
function pricesAsOf(settings: BatchSettings): string | null {
  const { link, embeddings, summaries } = settings;
  const named = (link ? [embeddings, summaries] : []).map((name) => (name === null ? null : modelOf(name)));
  const pricesWith = (own: BatchSettings['prices']) => [
    priceFor(settings, own),
    ...named.map((model) => (model === null ? null : priceOf(model, own))),
  ];
  const counts = pricesWith(settings.prices);
  const isOurs = (known: TokenPrice | null, i: number) =>
    known !== null && known.inputNanos === counts[i]?.inputNanos && known.outputNanos === counts[i]?.outputNanos;
  return pricesWith([]).some(isOurs) ? PRICES_AS_OF : null;
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
