import { dollarText } from '../domain/usage.ts';
import type { Estimate } from '../estimate/estimate.ts';
import type { LinkingModelEstimate } from '../estimate/estimate-linking.ts';
import { type Interval, sumOfIntervals } from '../estimate/interval.ts';
import { spentText } from './render-usage.ts';
import { count, counted, timeSpan } from './terminal/quantity.ts';
import type { Style } from './terminal/style.ts';
import { textTable } from './terminal/text-table.ts';

/** What a batch will take, for people. */
export function renderEstimate(estimate: Estimate, style: Style): string[] {
  const { documents, rejected_lines: rejected, spent } = estimate;
  const refused = rejected === 0 ? '' : `, and ${counted(rejected, 'line')} that ${rejected === 1 ? 'is' : 'are'} none`;
  const rows: [string, string][] = [
    ['documents', `${count(documents)}${refused}`],
    ['requests', rangeText(estimate.requests, tokenText)],
    ['input tokens', rangeText(estimate.input_tokens, tokenText)],
    ['output tokens', rangeText(estimate.output_tokens, tokenText)],
    ['cost', costText(estimate.cost)],
    ['time', estimate.seconds === null ? 'not known before a sample' : rangeText(estimate.seconds, secondsText)],
  ];
  if (spent !== null) rows.push(['the sample took', spentText(spent)]);
  for (const part of LINKING) rows.push(...linkingRows(part, estimate[part]));
  if (linkingOf(estimate).length > 0) rows.push(['cost in all', costText(estimate.total.cost)]);
  return [...textTable(rows.map(([name, value]) => [style.dim(name), value])), '', ...basisLines(estimate)];
}

const LINKING = ['embeddings', 'summaries'] as const;

function linkingOf(estimate: Estimate): LinkingModelEstimate[] {
  return LINKING.map((part) => estimate[part]).filter((part) => part !== null);
}

function linkingRows(name: string, estimate: LinkingModelEstimate | null): [string, string][] {
  if (estimate === null) return [];
  const { requests, input_tokens, output_tokens, cost, seconds, spent } = estimate;
  const tokens = sumOfIntervals([input_tokens, output_tokens]);
  const rows: [string, string][] = [
    [name, `${rangeText(requests, tokenText)} requests`],
    ['  tokens', rangeText(tokens, tokenText)],
    ['  cost', costText(cost)],
  ];
  if (seconds !== null) rows.push(['  time', rangeText(seconds, secondsText)]);
  if (spent !== null) rows.push(['  the sample took', spentText(spent)]);
  return rows;
}

function costText(cost: Interval | null): string {
  return cost === null ? 'not known: give the price with --price' : rangeText(cost, dollarText);
}

function basisLines(estimate: Estimate): string[] {
  const lines = documentsBasis(estimate);
  const { embeddings, summaries, prices_as_of: asOf } = estimate;
  if (embeddings?.basis === 'prompts')
    lines.push('Embeddings: of events as the built-in patterns find them, not sent.');
  if (summaries !== null)
    lines.push('Summaries: one storyline for 8 documents is a guess; at most there is one for 2.');
  if (asOf !== null) lines.push(`Price as of ${asOf}; give another with --price.`);
  return lines;
}

function documentsBasis({ basis, sampled_documents: sampled, input_tokens: input, ...linking }: Estimate): string[] {
  if (input?.value === 0 && basis === 'prompts') {
    const isAll = linking.embeddings === null && linking.summaries === null;
    const forWhat = isAll ? '' : ' for documents';
    return [`No language model is asked${forWhat}, which costs nothing. --sample 20 measures the time.`];
  }
  const lines = [
    basis === 'sample'
      ? `Measured on ${counted(sampled, 'document')}; in brackets where it lies 19 times of 20.`
      : `From the prompts of ${counted(sampled, 'document')}; how long answers are is guessed. --sample 20 measures it, and is paid for.`,
  ];
  if (basis === 'sample' && input === null) {
    lines.push('All of them had stored answers, which cost nothing and tell nothing: take a larger sample.');
  }
  return lines;
}

function rangeText(interval: Interval | null, text: (value: number) => string): string {
  if (interval === null) return 'not known';
  const { value, low, high } = interval;
  const range = low === null || high === null || low === high ? '' : `  (${text(low)} to ${text(high)})`;
  return `${text(value)}${range}`;
}

function tokenText(value: number): string {
  return count(Math.round(value));
}

function secondsText(seconds: number): string {
  return timeSpan(seconds * 1_000);
}
