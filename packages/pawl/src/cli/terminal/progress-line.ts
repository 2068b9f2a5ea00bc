import type { DisplayedStatus } from '../../domain/batch-status.ts';
import { count, timeSpan } from './quantity.ts';
import type { Style } from './style.ts';
import { terminalText } from './terminal-text.ts';

/** What a progress line shows. */
export interface ProgressState {
  readonly status: DisplayedStatus;
  readonly total: number;
  readonly processed: number;
  readonly failed: number;
  /** Null while it is not known. */
  readonly docsPerMinute: number | null;
  /** What was paid for answers so far, as it is shown; null when nothing was. */
  readonly spent: string | null;
  /** What is being waited for, or what is being done instead of working; null when nothing is. */
  readonly waiting: string | null;
}

const BAR_WIDTH = 24;
const FILLED = '█';
const EMPTY = '░';

/** The line without a bar, for logs: `136/253 (53.8%), 12 failed, 2.5 docs/min, 47 min to go`. */
export function progressText(state: ProgressState): string {
  const done = state.processed + state.failed;
  const parts = [`${count(done)}/${count(state.total)} (${percent(state).toFixed(1)}%)`];
  if (state.failed > 0) parts.push(`${count(state.failed)} failed`);
  if (state.docsPerMinute !== null) parts.push(`${rate(state.docsPerMinute)} docs/min`);
  const left = msLeft(state);
  if (left !== null) parts.push(`${timeSpan(Math.max(1_000, left))} to go`);
  if (state.spent !== null) parts.push(state.spent);
  if (state.waiting !== null) parts.push(terminalText(state.waiting, 200));
  return parts.join(', ');
}

/** The line with a bar, for terminals, at most `width` columns wide. */
export function progressLine(state: ProgressState, width: number, style: Style): string {
  const text = progressText(state);
  const filled = Math.floor((percent(state) / 100) * BAR_WIDTH);
  const bar = style.cyan(FILLED.repeat(filled)) + style.dim(EMPTY.repeat(BAR_WIDTH - filled));
  const room = width - BAR_WIDTH - 2;
  if (room < 20) return clip(text, Math.max(1, width - 1));
  return `${bar} ${clip(text, room)}`;
}

function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

/** 100.0 is for the end alone. */
function percent({ total, processed, failed }: ProgressState): number {
  const done = processed + failed;
  if (total === 0 || done >= total) return total === 0 ? 0 : 100;
  return Math.min(99.9, (done / total) * 100);
}

function rate(docsPerMinute: number): string {
  return docsPerMinute < 100 ? docsPerMinute.toFixed(1) : count(Math.round(docsPerMinute));
}

function msLeft({ total, processed, failed, docsPerMinute }: ProgressState): number | null {
  const remaining = total - processed - failed;
  return remaining <= 0 || docsPerMinute === null || docsPerMinute <= 0 ? null : (remaining / docsPerMinute) * 60_000;
}
