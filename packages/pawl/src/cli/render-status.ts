import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { BatchView, CollectedView, SinkView, StageView } from '../engine/describe-batch.ts';
import { missingText } from './render-storylines.ts';
import { usageRows } from './render-usage.ts';
import { count, counted, dateTime, timeSpan } from './terminal/quantity.ts';
import type { Style } from './terminal/style.ts';
import { terminalText } from './terminal/terminal-text.ts';
import { textTable } from './terminal/text-table.ts';

/** A batch for people: lines for `pawl status`. */
export function renderStatus(view: BatchView, style: Style, nowMs: number): string[] {
  const rows: [string, string][] = [
    ['job', view.job_id],
    ['progress', progressOf(view)],
    ['processed', count(view.processed)],
    ['failed', view.failed === 0 ? '0' : style.red(count(view.failed))],
    ['remaining', count(view.remaining)],
    ['rate', rateOf(view)],
    ...usageRows(view),
    ...storylinesOf(view, style),
    ['created', dateTime(Date.parse(view.created_at))],
    ['updated', dateTime(Date.parse(view.updated_at))],
    ['runner', runnerOf(view)],
    ...view.stages.map((stage): [string, string] => [`stage ${stage.name}`, stageOf(stage, style, nowMs)]),
    ...view.collected_from.map((source): [string, string] => ['collected from', collectedOf(source)]),
    ...view.sinks.map((sink): [string, string] => [`sink ${sink.name}`, sinkOf(sink, style)]),
  ];
  return [
    `${style.bold(view.batch_id)}  ${colourOf(view, style)(view.status)}${reasonOf(view)}`,
    ...textTable(rows.map(([name, value]) => [`  ${style.dim(name)}`, value])),
  ];
}

function storylinesOf({ storylines }: BatchView, style: Style): [string, string][] {
  if (storylines === null) return [];
  const { found, settled, missing } = storylines;
  const notes = [settled ? [] : ['not settled yet'], missing === null ? [] : [missingText(missing)]].flat();
  return [['storylines', [count(found), ...notes.map((note) => style.yellow(note))].join('  ')]];
}

/** The colour in which the state of a batch is shown. */
export function colourOf(
  { status, failed }: Pick<BatchView, 'status' | 'failed'>,
  style: Style,
): (text: string) => string {
  switch (status) {
    case 'COMPLETED':
      return failed === 0 ? style.green : style.yellow;
    case 'RUNNING':
      return style.cyan;
    case 'FAILED':
    case 'INTERRUPTED':
      return style.red;
    case 'PAUSED':
    case 'STOPPED':
    case 'QUEUED':
      return style.yellow;
  }
}

/** `136/253 (53.8%)`. */
export function progressOf(
  view: Pick<BatchView, 'processed' | 'failed' | 'total_documents' | 'progress_percentage'>,
): string {
  return `${view.processed + view.failed}/${view.total_documents} (${view.progress_percentage.toFixed(1)}%)`;
}

/** Why the batch is in its state, in parentheses; empty when there is nothing to say. */
export function reasonOf({ reason }: Pick<BatchView, 'reason'>): string {
  return reason === null ? '' : ` (${terminalText(reason.replaceAll('_', ' '), 300)})`;
}

function rateOf({ rate_docs_per_min: rate, eta_seconds: eta }: BatchView): string {
  if (rate === null) return 'not known yet';
  return `${rate} docs/min${eta === null ? '' : `, about ${timeSpan(eta * 1000)} to go`}`;
}

function runnerOf({ runner }: BatchView): string {
  if (runner === null) return 'none';
  const since = dateTime(Date.parse(runner.started_at));
  return `process ${runner.pid} on ${terminalText(runner.host)} since ${since}, ${counted(runner.in_flight, 'document')} in flight`;
}

function stageOf(stage: StageView, style: Style, nowMs: number): string {
  const mean = stage.mean_ms === null ? '' : `, ${timeSpan(stage.mean_ms)} a document`;
  const provider = terminalText(stage.provider, 200);
  if (stage.state !== 'suspended') return `${stage.state}, ${provider}${mean}`;
  const since = stage.suspended_since === null ? '' : ` for ${timeSpan(nowMs - Date.parse(stage.suspended_since))}`;
  return `${style.yellow(`suspended${since}`)}, ${provider}: ${terminalText(stage.waiting_for ?? '', 300)}`;
}

function collectedOf({ batch_id, documents, read_at }: CollectedView): string {
  return `${batch_id}, ${counted(documents, 'document')}, read ${dateTime(Date.parse(read_at))}`;
}

/** What is wrong with sinks that a command left without something; empty when they hold all of it. */
export async function sinkProblems(checkpoint: Checkpoint): Promise<string[]> {
  const failing = (await checkpoint.sinks()).filter(({ error }) => error !== null);
  return failing.map(
    ({ name, error }) => `Sink ${terminalText(name)} does not hold it yet: ${terminalText(error!, 300)}`,
  );
}

function sinkOf(sink: SinkView, style: Style): string {
  const lag = sink.lag === 0 ? '' : `, ${count(sink.lag)} to go`;
  const error = sink.error === null ? '' : `; ${style.red(terminalText(sink.error, 300))}`;
  return `${count(sink.delivered)} delivered${lag}${error}`;
}
