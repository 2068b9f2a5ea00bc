import { dollarText } from '../domain/usage.ts';
import type { Estimate } from '../estimate/estimate.ts';
import type { Interval } from '../estimate/interval.ts';
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
    ['cost', estimate.cost === null ? 'not known: give the price with --price' : rangeText(estimate.cost, dollarText)],
    ['time', estimate.seconds === null ? 'not known before a sample' : rangeText(estimate.seconds, secondsText)],
  ];
  if (spent !== null) rows.push(['the sample took', spentText(spent)]);
  return [...textTable(rows.map(([name, value]) => [style.dim(name), value])), '', ...basisLines(estimate)];
}

function basisLines({
  basis,
  sampled_documents: sampled,
  input_tokens: input,
  prices_as_of: asOf,
}: Estimate): string[] {
  if (input?.value === 0 && basis === 'prompts') {
    return ['No language model is asked, which costs nothing. --sample 20 measures the time.'];
  }
  const lines = [
    basis === 'sample'
      ? `Measured on ${counted(sampled, 'document')}; in brackets where it lies 19 times of 20.`
      : `From the prompts of ${counted(sampled, 'document')}; how long answers are is guessed. --sample 20 measures it, and is paid for.`,
  ];
  if (basis === 'sample' && input === null) {
    lines.push('All of them had stored answers, which cost nothing and tell nothing: take a larger sample.');
  }
  if (asOf !== null) lines.push(`Price as of ${asOf}; give another with --price.`);
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
