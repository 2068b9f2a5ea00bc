import { once } from 'node:events';
import { type Style, styleFor } from './terminal/style.ts';

/**
 * The two streams of the command line: answers go to standard output, everything said along the way to standard error.
 * A reader that goes away (`| head`) is no error: what is written after that is dropped, and `readerGone` says so.
 */
export class Output {
  readonly style: Style = styleFor(process.stdout);
  readonly errorStyle: Style = styleFor(process.stderr);
  #readerGone = false;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#readerGone = true;
    });
    // A terminal that was closed must not end the work.
    process.stderr.on('error', () => undefined);
  }

  /** True once nobody reads standard output any more. */
  get readerGone(): boolean {
    return this.#readerGone;
  }

  /** Lines for standard output; waits while the reader is slow. */
  async answer(...lines: readonly string[]): Promise<void> {
    await this.write(`${lines.join('\n')}\n`);
  }

  /** One JSON value for standard output. */
  async json(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  async write(text: string): Promise<void> {
    if (this.#readerGone || process.stdout.write(text)) return;
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => undefined);
  }

  /**
   * A JSON array for standard output, item by item, so that it may be longer than memory.
   * @param items JSON texts
   */
  async jsonArray(items: AsyncIterable<string>): Promise<void> {
    await this.write('[');
    let separator = '\n';
    for await (const item of items) {
      if (this.#readerGone) return;
      await this.write(separator + item);
      separator = ',\n';
    }
    await this.write(separator === '\n' ? ']\n' : '\n]\n');
  }

  /** Lines for standard error. */
  say(...lines: readonly string[]): void {
    if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
  }

  /** Waits until everything written has left the process. */
  async flush(): Promise<void> {
    await Promise.all([process.stdout, process.stderr].map((stream) => flushed(stream)));
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
