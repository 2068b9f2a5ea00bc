import type { BatchSettings } from '../domain/batch.ts';
import { dollarsOf, knownCost, totalOf } from '../domain/usage.ts';
import { TEXTS_PER_REQUEST } from '../models/grouped-embeddings.ts';
import { ggufPath, modelOf } from '../models/model-address.ts';
import { FREE, priceOf, type TokenPrice } from '../models/price-list.ts';
import { type Interval, mapped, NONE, rounded } from './interval.ts';
import type { LinkingSample } from './linking-sample.ts';
import type { MeasuredEmbeddings } from './measure-embeddings.ts';
import { overSurvey } from './over-survey.ts';
import type { Survey } from './survey-input.ts';
import { costOf, inTokens } from './tokens.ts';

/** What the models that linking asks take; null for one that is not named. */
export interface LinkingEstimate {
  readonly embeddings: LinkingModelEstimate | null;
  readonly summaries: LinkingModelEstimate | null;
}

export interface LinkingModelEstimate {
  /** As the settings name it. */
  readonly model: string;
  /** `prompts`: what would be sent is written, and not sent. `sample`: it was sent. */
  readonly basis: 'prompts' | 'sample';
  readonly requests: Interval | null;
  readonly input_tokens: Interval | null;
  readonly output_tokens: Interval | null;
  /** US dollars; null when the price is not known. */
  readonly cost: Interval | null;
  /** Null where nothing was measured. */
  readonly seconds: Interval | null;
  /** What the sample itself took; null when it was not sent. */
  readonly spent: { readonly tokens: number; readonly cost: number | null } | null;
}

export const NO_LINKING: LinkingEstimate = { embeddings: null, summaries: null };

/** Documents for a storyline: nobody knows before they are linked, but there are two in each. */
const DOCUMENTS_PER_STORYLINE = { value: 8, least: 2 };
/** Tokens of a title, a summary and causes: about, at least, and the limit of an answer. */
const ANSWER_TOKENS: Interval = { value: 200, low: 60, high: 1_024 };

/** @param measured what vectors of the sample took; null where none were asked for */
export function estimateLinking(
  survey: Survey,
  sample: LinkingSample,
  measured: MeasuredEmbeddings | null,
  settings: BatchSettings,
): LinkingEstimate {
  const { embeddings, summaries } = settings;
  return {
    embeddings: embeddings === null ? null : estimateEmbeddings(embeddings, survey, sample, measured, settings),
    summaries: summaries === null ? null : estimateSummaries(summaries, survey, sample, settings),
  };
}

function estimateEmbeddings(
  model: string,
  survey: Survey,
  { documents }: LinkingSample,
  measured: MeasuredEmbeddings | null,
  settings: BatchSettings,
): LinkingModelEstimate {
  const total = (took: (texts: readonly string[]) => number) =>
    overSurvey(
      survey,
      documents,
      ({ textBytes }) => textBytes,
      ({ texts }) => took(texts),
    );
  const texts = total(({ length }) => length);
  const common = { model, requests: requestsFor(model, texts, survey.documents), output_tokens: NONE };
  if (measured !== null) return { ...common, ...fromSample(survey, measured) };
  const input = inTokens(total((all) => all.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0)));
  const cost = costOf(linkingPrice(model, settings), input, NONE);
  return { ...common, basis: 'prompts', input_tokens: rounded(input), cost, seconds: null, spent: null };
}

/** Full ones where many results are there at once; while they come one by one, each may take a request. */
function requestsFor(model: string, texts: Interval | null, documents: number): Interval | null {
  const textsPerRequest = TEXTS_PER_REQUEST[ggufPath(model) === null ? 'remote' : 'local'];
  const full = mapped(texts, (count) => Math.ceil(count / textsPerRequest));
  return full === null ? null : { ...full, high: (full.high ?? full.value) + documents };
}

/** Documents whose vectors were all kept before tell nothing. */
function fromSample(
  survey: Survey,
  { documents, ms }: MeasuredEmbeddings,
): Omit<LinkingModelEstimate, 'model' | 'requests' | 'output_tokens'> {
  const telling = documents
    .map(({ textBytes, usage }) => ({ textBytes, spent: totalOf(usage) }))
    .filter(({ spent }) => spent.tokens > 0);
  const used = (field: 'tokens' | 'costNanos') =>
    overSurvey(
      survey,
      telling,
      ({ textBytes }) => textBytes,
      ({ spent }) => spent[field],
    );
  const all = totalOf(documents.flatMap(({ usage }) => usage));
  const bytes = telling.reduce((sum, { textBytes }) => sum + textBytes, 0);
  const seconds = (ms * survey.textBytes) / bytes / 1_000;
  return {
    basis: 'sample',
    input_tokens: rounded(used('tokens')),
    cost: all.unpricedTokens === 0 ? mapped(used('costNanos'), dollarsOf) : null,
    seconds: bytes === 0 ? null : { value: seconds, low: null, high: null },
    spent: { tokens: all.tokens, cost: knownCost(all) },
  };
}

function estimateSummaries(
  model: string,
  { documents }: Survey,
  { promptBytes }: LinkingSample,
  settings: BatchSettings,
): LinkingModelEstimate {
  const storylines: Interval = {
    value: documents / DOCUMENTS_PER_STORYLINE.value,
    low: 0,
    high: Math.floor(documents / DOCUMENTS_PER_STORYLINE.least),
  };
  const prompt = inTokens(spreadOf(promptBytes));
  const input = prompt === null ? null : timesEach(storylines, prompt);
  const output = timesEach(storylines, ANSWER_TOKENS);
  return {
    model,
    basis: 'prompts',
    requests: rounded(storylines),
    input_tokens: rounded(input),
    output_tokens: rounded(output),
    cost: costOf(linkingPrice(model, settings), input, output),
    seconds: null,
    spent: null,
  };
}

/** Their mean, least and greatest; null for none. */
function spreadOf(values: readonly number[]): Interval | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [mean, mean],
  );
  return { value: mean, low, high };
}

function timesEach(count: Interval, each: Interval): Interval {
  return {
    value: count.value * each.value,
    low: (count.low ?? 0) * (each.low ?? 0),
    high: (count.high ?? count.value) * (each.high ?? each.value),
  };
}

/** What a model of linking takes, which is never asked by a batch API. */
function linkingPrice(model: string, { prices }: BatchSettings): TokenPrice | null {
  if (ggufPath(model) !== null) return FREE;
  const address = modelOf(model);
  return address === null ? null : priceOf(address, prices);
}
