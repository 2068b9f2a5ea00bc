import { createInterface } from 'node:readline/promises';
import { PawlError } from '../domain/errors.ts';

/**
 * Asks on the terminal; `yes` answers beforehand.
 * @throws {PawlError} `not_confirmed` when the answer is not yes, or when there is no terminal to ask on
 */
export async function confirm(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new PawlError('not_confirmed', `${question} There is no terminal to ask on, so nothing was done.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new PawlError('not_confirmed', 'Nothing was done.');
  } finally {
    terminal.close();
  }
}
