import type { AcceptanceProgress } from '../intake/accept-input.ts';
import type { Output } from './output.ts';
import { count } from './terminal/quantity.ts';

const REDRAW_MS = 100;
const ERASE_LINE = '\r\u001b[2K';

/** Shows on a terminal how far the acceptance of an input is; elsewhere nothing, since it is quick. */
export class AcceptanceDisplay {
  readonly #output: Output;
  readonly #inPlace = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  #drawnAtMs = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  update({ lines, bytesRead, sizeBytes }: AcceptanceProgress): void {
    const now = performance.now();
    if (!this.#inPlace || now - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = now;
    const share = sizeBytes === null || sizeBytes === 0 ? '' : ` (${Math.floor((bytesRead / sizeBytes) * 100)}%)`;
    process.stderr.write(`${ERASE_LINE}${this.#output.errorStyle.dim(`accepting: ${count(lines)} lines${share}`)}`);
  }

  close(): void {
    if (this.#drawnAtMs > 0) process.stderr.write(ERASE_LINE);
    this.#drawnAtMs = 0;
  }
}
