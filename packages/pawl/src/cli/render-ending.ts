import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { BatchView } from '../engine/describe-batch.ts';
import { countFindings, type Findings } from '../report/findings.ts';
import type { Counted } from '../report/name-counts.ts';
import type { NextCommands } from './next-commands.ts';
import { colourOf, reasonOf } from './render-status.ts';
import { missingText } from './render-storylines.ts';
import { usageRows } from './render-usage.ts';
import { count, timeSpan } from './terminal/quantity.ts';
import type { Style } from './terminal/style.ts';
import { terminalText } from './terminal/terminal-text.ts';
import { textTable } from './terminal/text-table.ts';

/** More results than this are not read again for the summary: `pawl analyze` does that. */
const MAX_DIGESTED_RESULTS = 5_000;
const TYPES_SHOWN = 6;

export interface Ending {
  readonly view: BatchView;
  readonly checkpoint: Checkpoint;
  readonly folder: string;
  /** Null when nothing had to be done. */
  readonly elapsedMs: number | null;
  readonly next: NextCommands;
}

/** The summary after a run: what was done, what was found, where it is, what can be done next. */
export async function renderEnding(ending: Ending, style: Style): Promise<string[]> {
  const { view, checkpoint } = ending;
  const findings =
    view.processed > 0 && view.processed <= MAX_DIGESTED_RESULTS && view.status === 'COMPLETED'
      ? await countFindings(checkpoint)
      : null;
  return [
    headline(ending, style),
    '',
    ...textTable([
      ...counts(view, style),
      ...found(findings, style),
      ...(await linked(ending, style)),
      ...(await outputs(ending, style)),
    ]),
    '',
    ...nextSteps(ending, (await checkpoint.linking())?.storylines ?? 0, style),
  ];
}

function headline({ view, elapsedMs }: Ending, style: Style): string {
  const mark = view.status === 'COMPLETED' ? (view.failed === 0 ? '✓' : '!') : '■';
  const took = elapsedMs === null ? '' : ` in ${timeSpan(elapsedMs)}`;
  const what = `${mark} ${view.batch_id}: ${view.status.toLowerCase()}${took}`;
  return style.bold(colourOf(view, style)(what)) + reasonOf(view);
}

function counts(view: BatchView, style: Style): string[][] {
  const { processed, failed, remaining, total_documents: total, rate_docs_per_min: rate } = view;
  const speed = rate === null ? '' : `  ${style.dim(`${count(Math.round(rate * 10) / 10)} docs/min`)}`;
  const rows = [[style.dim('  processed'), `${count(processed)} of ${count(total)}${speed}`]];
  if (failed > 0) rows.push([style.dim('  failed'), style.red(count(failed))]);
  if (remaining > 0) rows.push([style.dim('  remaining'), count(remaining)]);
  for (const [name, spent] of usageRows(view)) rows.push([style.dim(`  ${name}`), spent]);
  return rows;
}

function found(findings: Findings | null, style: Style): string[][] {
  if (findings === null) return [];
  return [
    [style.dim('  entities'), tallyText(findings.entity_types, style)],
    [style.dim('  events'), tallyText(findings.event_types, style)],
  ];
}

async function linked({ checkpoint, view }: Ending, style: Style): Promise<string[][]> {
  const state = await checkpoint.linking();
  if (state === null) return [];
  const note =
    state.settledSeq === null
      ? style.yellow(view.status === 'COMPLETED' ? '  not all linked: pawl link says why' : '  not settled yet')
      : '';
  const missing = state.missing === null ? '' : style.yellow(`  ${missingText(state.missing)}`);
  return [[style.dim('  storylines'), count(state.storylines) + note + missing]];
}

function tallyText(tally: readonly Counted[], style: Style): string {
  const total = tally.reduce((sum, { count: n }) => sum + n, 0);
  const shown = tally.slice(0, TYPES_SHOWN).map(({ name, count: n }) => `${terminalText(name)} ${count(n)}`);
  const rest = tally.length - shown.length;
  if (rest > 0) shown.push(`${rest} more`);
  return total === 0 ? '0' : `${count(total)}  ${style.dim(shown.join(' · '))}`;
}

async function outputs({ view, checkpoint, folder }: Ending, style: Style): Promise<string[][]> {
  const { settings } = await checkpoint.batch();
  return settings.sinks.map(({ name, options }) => {
    const file = typeof options.path === 'string' ? options.path : defaultFile(folder);
    const sink = view.sinks.find((candidate) => candidate.name === name);
    const wrong = [
      ...(sink === undefined || sink.lag === 0 ? [] : [`lacks ${count(sink.lag)} yet`]),
      ...(sink?.error == null ? [] : [terminalText(sink.error, 300)]),
    ];
    const note = wrong.length === 0 ? '' : style.yellow(`  ${wrong.join(': ')}`);
    return [style.dim('  results'), terminalText(file) + note];
  });
}

/** The file of a JSON lines sink that was given no path: compressed ones have a longer name. */
function defaultFile(folder: string): string {
  const names = ['documents.jsonl', 'documents.jsonl.gz', 'documents.jsonl.zst'];
  const name = names.find((candidate) => existsSync(join(folder, candidate)));
  return name === undefined ? folder : join(folder, name);
}

function nextSteps({ view, next }: Ending, storylines: number, style: Style): string[] {
  const { batch_id: id, status, failed } = view;
  const steps: string[][] = [];
  if (status === 'PAUSED' || status === 'INTERRUPTED' || status === 'FAILED')
    steps.push(['go on', next.of('resume', id)]);
  if (failed > 0) steps.push(['why documents failed', next.of('failed', id)]);
  if (failed > 0 && status === 'COMPLETED') steps.push(['try those again', next.of('retry', id)]);
  if (storylines > 0) steps.push(['what tells one story', next.of('storylines', id)]);
  if (view.processed > 0)
    steps.push(['read the results', next.of('results', id)], ['a report with plots', next.of('analyze', id)]);
  return textTable(steps.map(([what = '', command = '']) => [`  ${style.dim(what)}`, command]));
}
