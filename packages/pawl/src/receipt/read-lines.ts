import { openInput } from '../intake/open-input.ts';
import { splitLines } from '../intake/split-lines.ts';

/** A line that holds more is no result and no outcome. */
const MAX_LINE_BYTES = 512 * 1024 * 1024;

/** The lines of a file, decompressed, with their numbers from 1. @throws {PawlError} `missing_file`, `input_unreadable` */
export async function* readLines(path: string): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  const input = await openInput(path);
  try {
    for await (const lines of splitLines(input.chunks(), MAX_LINE_BYTES)) {
      for (const line of lines) {
        yield { number: line.number, text: line.kind === 'line' ? Buffer.from(line.bytes).toString('utf8') : '' };
      }
    }
  } finally {
    await input.close();
  }
}
