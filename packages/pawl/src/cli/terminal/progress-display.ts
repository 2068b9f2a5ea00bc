import { type ProgressState, progressLine, progressText } from './progress-line.ts';
import { clockTime } from './quantity.ts';
import type { Style } from './style.ts';

/** At most ten redraws a second. */
const REDRAW_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;
const DEFAULT_COLUMNS = 80;
const ERASE_LINE = '\r\u001b[2K';

/**
 * Shows progress on standard error: one line that changes in place on a terminal; elsewhere a plain line at intervals and
 * whenever the state, or what is being waited for, changes. Lines said in between go through {@link say}.
 */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #style: Style;
  readonly #inPlace: boolean;
  readonly #timer: NodeJS.Timeout;
  #state: ProgressState | null = null;
  #drawn = '';
  #plainKey = '';
  #plainAtMs = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream, style: Style) {
    this.#stream = stream;
    this.#style = style;
    this.#inPlace = stream.isTTY === true && process.env.TERM !== 'dumb';
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  /** Shows `state` with the next redraw. */
  update(state: ProgressState): void {
    this.#state = state;
    if (!this.#inPlace && keyOf(state) !== this.#plainKey) this.#draw();
  }

  /** Prints a line above the one that changes. */
  say(line: string): void {
    if (!this.#inPlace || this.#drawn === '') {
      this.#stream.write(`${line}\n`);
      return;
    }
    this.#stream.write(`${ERASE_LINE}${line}\n${this.#drawn}`);
  }

  /** Ends the display; the line in place is taken away. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#inPlace && this.#drawn !== '') this.#stream.write(ERASE_LINE);
    this.#drawn = '';
  }

  #draw(): void {
    if (this.#state === null) return;
    if (this.#inPlace) this.#drawInPlace(this.#state);
    else this.#drawPlain(this.#state);
  }

  #drawInPlace(state: ProgressState): void {
    const line = progressLine(state, this.#stream.columns || DEFAULT_COLUMNS, this.#style);
    if (line === this.#drawn) return;
    this.#stream.write(ERASE_LINE + line);
    this.#drawn = line;
  }

  #drawPlain(state: ProgressState): void {
    const now = Date.now();
    const key = keyOf(state);
    if (key === this.#plainKey && now - this.#plainAtMs < PLAIN_INTERVAL_MS) return;
    this.#plainKey = key;
    this.#plainAtMs = now;
    this.#stream.write(`${clockTime(now)} ${state.status} ${progressText(state)}\n`);
  }
}

/** What makes a plain line worth printing before its time. */
function keyOf({ status, waiting }: ProgressState): string {
  return `${status} ${waiting === null ? '' : 'waiting'}`;
}
