import { createHash } from 'node:crypto';
import { dollarText } from '../domain/usage.ts';
import type { BatchReport, StageTimingReport } from './batch-report.ts';
import { Html, html } from './html-text.ts';
import type { Counted } from './name-counts.ts';
import { barPlot, rowPlot } from './plots.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#1c2330;--dim:#667;--paper:#fff;--card:#f5f6f8;--good:#3b7dd8;--bad:#d64545}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--dim:#9aa3b2;--paper:#14171c;--card:#1d2229;--good:#5b9bf0;--bad:#ef6b6b}}
body{margin:2rem auto;padding:0 1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{margin-bottom:0;overflow-wrap:anywhere}h2{margin-top:2.5rem}h3{margin-bottom:.25rem}.dim{color:var(--dim)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem}dl div{background:var(--card);border-radius:.5rem;padding:.75rem 1rem}
dt{color:var(--dim);font-size:.85rem}dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
svg{width:100%;height:auto;overflow:visible}svg text{font-size:12px;fill:currentColor}.axis{stroke:var(--dim)}.good{fill:var(--good)}.bad{fill:var(--bad)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--card)}`;

/**
 * The report as one page that needs nothing else. Its policy lets nothing load and no script run, so what documents say
 * cannot act even if it were not escaped.
 */
export function reportPage(report: BatchReport): string {
  const { batch } = report;
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${batch.batch_id}: batch report</title>
${new Html(`<style>${STYLE}</style>`)}
</head>
<body>
<h1>${batch.batch_id}</h1>
<p class="dim">${batch.status}${batch.reason === null ? '' : ` (${batch.reason})`} · job ${batch.job_id} · as of ${report.generated_at}</p>
${keyFigures(report)}
${throughputSection(report)}
${report.stages.length === 0 ? html`` : html`<h2>Time per stage</h2>${report.stages.map(stageSection)}`}
${countsSection(
  'Failures',
  report.failures.map(({ code, stage, count }) => ({ name: `${code} in ${stage}`, count })),
  'bad',
)}
${countsSection('Entity types', report.entity_types, 'good')}
${countsSection('Event types', report.event_types, 'good')}
${countsSection('Domains of events', report.domains, 'good')}
${countsSection('Attempts a document took', report.attempts, 'good')}
${usageSection(report)}
${runsSection(report)}
</body>
</html>
`.markup;
}

function keyFigures({ batch }: BatchReport): Html {
  const figures: [string, string][] = [
    ['Documents', number(batch.total_documents)],
    ['Processed', number(batch.processed)],
    ['Failed', number(batch.failed)],
    ['Remaining', number(batch.remaining)],
    ['Docs a minute', batch.rate_docs_per_min === null ? 'none yet' : number(batch.rate_docs_per_min)],
    ...(batch.usage.length === 0 ? [] : spentFigures(batch)),
  ];
  return html`<dl>${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function spentFigures({ tokens, cost }: BatchReport['batch']): [string, string][] {
  return [
    ['Tokens', number(tokens)],
    ['Cost', cost === null ? 'not known' : dollarText(cost)],
  ];
}

function usageSection({ batch: { usage } }: BatchReport): Html {
  if (usage.length === 0) return html``;
  const rows = usage.map(
    (
      one,
    ) => html`<tr><td>${one.model}</td><td>${one.provider}</td><td>${number(one.requests)}</td><td>${number(one.input_tokens)}</td><td>${number(one.output_tokens)}</td><td>${one.cost === null ? 'not known' : dollarText(one.cost)}</td></tr>
`,
  );
  return html`<h2>Language models</h2><table><thead><tr><th>Model</th><th>Provider</th><th>Answers</th><th>Input tokens</th><th>Output tokens</th><th>Cost</th></tr></thead><tbody>
${rows}</tbody></table>`;
}

function throughputSection({ throughput }: BatchReport): Html {
  if (throughput === null) return html``;
  const { from, bin_ms: binMs, processed, failed } = throughput;
  const startMs = Date.parse(from);
  const bars = processed.map((good, i) => ({
    title: `${iso(startMs + i * binMs)}: ${good} processed, ${failed[i] ?? 0} failed`,
    parts: [
      { kind: 'good' as const, value: good },
      { kind: 'bad' as const, value: failed[i] ?? 0 },
    ],
  }));
  const highest = Math.max(...processed.map((good, i) => good + (failed[i] ?? 0)));
  const axis = {
    from: iso(startMs),
    to: iso(startMs + processed.length * binMs),
    top: `${number(highest)} documents in ${seconds(binMs)}`,
  };
  return html`<h2>Throughput</h2><p class="dim">Documents settled over time; failed ones in red.</p>${barPlot(bars, axis)}`;
}

function stageSection(stage: StageTimingReport): Html {
  const bars = stage.histogram.map(({ from_ms, to_ms, count }) => ({
    title: `${milliseconds(from_ms)} to ${milliseconds(to_ms)}: ${number(count)} documents`,
    parts: [{ kind: 'good' as const, value: count }],
  }));
  const [first, last] = [stage.histogram[0], stage.histogram.at(-1)];
  const highest = Math.max(0, ...stage.histogram.map(({ count }) => count));
  const axis = {
    from: milliseconds(first?.from_ms ?? 0),
    to: milliseconds(last?.to_ms ?? 0),
    top: `${number(highest)} documents`,
  };
  return html`<h3>${stage.name}</h3><p class="dim">${number(stage.documents)} documents: median ${milliseconds(stage.p50_ms)}, 95% within ${milliseconds(stage.p95_ms)}, longest ${milliseconds(stage.max_ms)}. The axis is logarithmic.</p>${barPlot(bars, axis)}`;
}

function countsSection(title: string, counts: readonly Counted[], kind: 'good' | 'bad'): Html {
  return counts.length === 0
    ? html``
    : html`<h2>${title}</h2>${rowPlot(counts, kind)}
`;
}

function runsSection({ runs, runs_left_out }: BatchReport): Html {
  if (runs.length === 0) return html``;
  const rows = runs.map(
    (
      run,
    ) => html`<tr><td>${run.run}</td><td>${run.started_at}</td><td>${run.ended_at ?? ''}</td><td>${run.end ?? ''}</td><td>${number(run.processed)}</td><td>${number(run.failed)}</td></tr>
`,
  );
  const note = runs_left_out === 0 ? '' : `${number(runs_left_out)} earlier runs are left out.`;
  return html`<h2>Runs</h2><p class="dim">${note}</p><table><thead><tr><th>Run</th><th>Started</th><th>Ended</th><th>End</th><th>Processed</th><th>Failed</th></tr></thead><tbody>
${rows}</tbody></table>`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function milliseconds(ms: number): string {
  if (ms >= 1000) return seconds(ms);
  return `${ms.toLocaleString('en-US', { maximumSignificantDigits: 3 })} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toLocaleString('en-US', { maximumSignificantDigits: 3 })} s`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
